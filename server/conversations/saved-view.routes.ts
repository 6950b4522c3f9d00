import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { createSavedView, listSavedViews, newSavedView, removeSavedView, savedView } from "./saved-view.ts";

export const savedViewRoutes = [
  route({
    id: "saved_view.list",
    method: "GET",
    path: "/v1/saved-views",
    summary: "List your saved views and those shared with you",
    permission: "conversation:read",
    returns: z.object({ data: z.array(savedView), nextCursor: z.null() }),
    run: async (ctx) => ({ data: await listSavedViews(ctx), nextCursor: null }),
  }),
  route({
    id: "saved_view.create",
    method: "POST",
    path: "/v1/saved-views",
    summary: "Save a view",
    permission: "conversation:read",
    status: 201,
    body: newSavedView,
    returns: savedView,
    run: (ctx, { body }) => createSavedView(ctx, body),
  }),
  route({
    id: "saved_view.remove",
    method: "DELETE",
    path: "/v1/saved-views/:id",
    summary: "Remove a saved view of yours",
    permission: "conversation:read",
    params: z.object({ id: z.string() }),
    problems: [notFound],
    run: (ctx, { params: { id } }) => removeSavedView(ctx, id),
  }),
];
