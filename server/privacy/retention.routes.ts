// How long things are kept, and what keeps them longer.
import { z } from "zod";
import { pageOf } from "../platform/page.ts";
import { forbidden, notFound, workspaceClosing } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { holdOver, HoldView, listHolds, NewHold, placeHold, releaseHold } from "./holds.ts";
import { readRetention, RetentionSettings, updateRetention } from "./retention.ts";

export const retentionRoutes = [
  route({
    id: "retention.get",
    method: "GET",
    path: "/v1/retention",
    summary: "How long contacts and notes are kept",
    description: "What people wrote follows the content mode of its channel.",
    permission: "workspace:read",
    returns: RetentionSettings,
    run: (ctx) => readRetention(ctx),
  }),
  route({
    id: "retention.update",
    method: "PATCH",
    path: "/v1/retention",
    summary: "Choose how long contacts and notes are kept",
    description: "A shorter time applies to what is stored already, within minutes.",
    permission: "workspace:manage",
    body: RetentionSettings.partial(),
    returns: RetentionSettings,
    run: (ctx, { body }) => updateRetention(ctx, body),
  }),
  route({
    id: "hold.list",
    method: "GET",
    path: "/v1/holds",
    summary: "Legal holds: those that bind, and those that are over",
    permission: "workspace:manage",
    returns: pageOf(HoldView),
    run: async (ctx) => ({ data: await listHolds(ctx), nextCursor: null }),
  }),
  route({
    id: "hold.create",
    method: "POST",
    path: "/v1/holds",
    summary: "Keep a contact's data, or the whole workspace, from being deleted",
    description:
      "Only an owner. No sweep, no erasure and no closing deletes what is held, until the day comes or the hold is released.",
    permission: "workspace:manage",
    status: 201,
    whileClosing: true,
    body: NewHold,
    returns: HoldView,
    problems: [forbidden, notFound, workspaceClosing],
    run: (ctx, { body }) => placeHold(ctx, body),
  }),
  route({
    id: "hold.release",
    method: "POST",
    path: "/v1/holds/:id/release",
    summary: "Release a hold",
    permission: "workspace:manage",
    whileClosing: true,
    params: z.object({ id: z.string().max(64) }),
    returns: HoldView,
    problems: [forbidden, notFound, holdOver],
    run: (ctx, { params }) => releaseHold(ctx, params.id),
  }),
];
