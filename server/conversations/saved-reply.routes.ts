import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  createSavedReply,
  listSavedReplies,
  newSavedReply,
  removeSavedReply,
  savedReplyPatch,
  savedReplyView,
  shortcutTaken,
  tooManyReplies,
  updateSavedReply,
} from "./saved-reply.ts";

const params = z.object({ id: z.string() });

export const savedReplyRoutes = [
  route({
    id: "saved_reply.list",
    method: "GET",
    path: "/v1/saved-replies",
    summary: "List the team's saved replies",
    permission: "conversation:read",
    returns: z.object({ data: z.array(savedReplyView), nextCursor: z.null() }),
    run: async (ctx) => ({ data: await listSavedReplies(ctx), nextCursor: null }),
  }),
  route({
    id: "saved_reply.create",
    method: "POST",
    path: "/v1/saved-replies",
    summary: "Save a reply",
    permission: "conversation:write",
    status: 201,
    body: newSavedReply,
    returns: savedReplyView,
    problems: [shortcutTaken, tooManyReplies],
    run: (ctx, { body }) => createSavedReply(ctx, body),
  }),
  route({
    id: "saved_reply.update",
    method: "PATCH",
    path: "/v1/saved-replies/:id",
    summary: "Change a saved reply",
    permission: "conversation:write",
    params,
    body: savedReplyPatch,
    returns: savedReplyView,
    problems: [notFound, shortcutTaken],
    run: (ctx, { params: { id }, body }) => updateSavedReply(ctx, id, body),
  }),
  route({
    id: "saved_reply.remove",
    method: "DELETE",
    path: "/v1/saved-replies/:id",
    summary: "Remove a saved reply",
    permission: "conversation:write",
    params,
    problems: [notFound],
    run: (ctx, { params: { id } }) => removeSavedReply(ctx, id),
  }),
];
