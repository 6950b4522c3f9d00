// Optional features of a workspace.
import { z } from "zod";
import { pageOf } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { changeFeature, featureInUse, FeatureView, listFeatures } from "./features.ts";

export const featureRoutes = [
  route({
    id: "feature.list",
    method: "GET",
    path: "/v1/features",
    summary: "List the optional features, and which of them are on",
    description:
      "What keeps or passes on more than the inbox needs. Each is off until an owner, or a key that manages the workspace, turns it on.",
    permission: "workspace:read",
    returns: pageOf(FeatureView),
    run: async (ctx) => ({ data: await listFeatures(ctx), nextCursor: null }),
  }),
  route({
    id: "feature.update",
    method: "PATCH",
    path: "/v1/features/:id",
    summary: "Turn an optional feature on or off",
    description:
      "An owner, or a key with `workspace:manage`; whoever of them makes a channel that needs it turns it on by that. Off again as soon as no channel needs it.",
    permission: "workspace:manage",
    params: z.object({ id: z.string().max(64) }),
    body: z.object({ isOn: z.boolean() }),
    returns: FeatureView,
    problems: [notFound, featureInUse],
    run: (ctx, { params, body }) => changeFeature(ctx, params.id, body.isOn),
  }),
];
