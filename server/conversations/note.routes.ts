import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { mentionUnknown } from "./note-mention.ts";
import { createNote, listNotes, noteView, readNote, removeNote } from "./note.ts";

const params = z.object({ id: z.string() });

export const noteRoutes = [
  route({
    id: "note.list",
    method: "GET",
    path: "/v1/conversations/:id/notes",
    summary: "List the private notes of a conversation",
    permission: "conversation:read",
    params,
    returns: z.object({ data: z.array(noteView), nextCursor: z.null() }),
    problems: [notFound],
    run: async (ctx, { params: { id } }) => ({ data: await listNotes(ctx, id), nextCursor: null }),
  }),
  route({
    id: "note.create",
    method: "POST",
    path: "/v1/conversations/:id/notes",
    summary: "Write a private note",
    permission: "conversation:write",
    idempotent: readNote,
    status: 201,
    params,
    body: z.object({
      text: z.string().trim().min(1).max(10_000),
      mentionedIds: z.array(z.string().max(64)).max(20).default([]).describe("Members who are told of it."),
    }),
    returns: noteView,
    problems: [notFound, mentionUnknown],
    run: (ctx, { params: { id }, body }) => createNote(ctx, id, body),
  }),
  route({
    id: "note.remove",
    method: "DELETE",
    path: "/v1/conversations/:id/notes/:noteId",
    summary: "Remove a private note",
    permission: "conversation:write",
    params: params.extend({ noteId: z.string() }),
    problems: [notFound],
    run: (ctx, { params: { id, noteId } }) => removeNote(ctx, id, noteId),
  }),
];
