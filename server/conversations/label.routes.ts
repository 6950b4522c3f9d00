import { z } from "zod";
import { route } from "../platform/route.ts";
import { createLabel, labelColors, labelNameTaken, labelView, listLabels, removeLabel, updateLabel } from "./label.ts";
import { notFound } from "../platform/problem.ts";

const name = z.string().trim().min(1).max(60);
const color = z.enum(labelColors);

export const labelRoutes = [
  route({
    id: "label.list",
    method: "GET",
    path: "/v1/labels",
    summary: "List labels",
    permission: "conversation:read",
    returns: z.object({ data: z.array(labelView), nextCursor: z.null() }),
    run: async (ctx) => ({ data: await listLabels(ctx), nextCursor: null }),
  }),
  route({
    id: "label.create",
    method: "POST",
    path: "/v1/labels",
    summary: "Make a label",
    permission: "conversation:write",
    status: 201,
    body: z.object({ name, color: color.default("grey") }),
    returns: labelView,
    problems: [labelNameTaken],
    run: (ctx, { body }) => createLabel(ctx, body),
  }),
  route({
    id: "label.update",
    method: "PATCH",
    path: "/v1/labels/:id",
    summary: "Rename or recolour a label",
    permission: "conversation:write",
    params: z.object({ id: z.string() }),
    body: z.object({ name: name.optional(), color: color.optional() }),
    returns: labelView,
    problems: [notFound, labelNameTaken],
    run: (ctx, { params, body }) => updateLabel(ctx, params.id, body),
  }),
  route({
    id: "label.remove",
    method: "DELETE",
    path: "/v1/labels/:id",
    summary: "Remove a label from everywhere",
    permission: "conversation:write",
    params: z.object({ id: z.string() }),
    problems: [notFound],
    run: (ctx, { params }) => removeLabel(ctx, params.id),
  }),
];
