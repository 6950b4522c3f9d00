import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { batchView, readBatch, sendBatch } from "./message-batch.ts";
import { messageDetail, messageView } from "./message-view.ts";
import { newMessage } from "./new-message.ts";
import { listMessages, readMessage } from "./read-messages.ts";
import { sendMessage } from "./send-message.ts";
import { personUnseen, sendProblems } from "./send-problems.ts";

const params = z.object({ id: z.string() });
export const messageRoutes = [
  route({
    id: "message.list",
    method: "GET",
    path: "/v1/conversations/:id/messages",
    summary: "Read a thread, newest first",
    permission: "message:read",
    params,
    query: pageQuery.extend({
      newerThan: z.string().max(500).optional().describe("`previousCursor` of a page: goes on towards newer messages."),
      around: z.string().max(40).optional().describe("A message's id: it and what stands on both sides."),
    }),
    returns: pageOf(messageView).extend({ previousCursor: z.string().nullable() }),
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => listMessages(ctx, id, query),
  }),
  route({
    id: "message.get",
    method: "GET",
    path: "/v1/messages/:id",
    summary: "Read one message with the times of its statuses",
    permission: "message:read",
    params,
    returns: messageDetail,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readMessage(ctx, id),
  }),
  route({
    id: "message.send",
    method: "POST",
    path: "/v1/messages",
    summary: "Send a message",
    description:
      "202 means accepted and durable. What becomes of it comes as message.sent, .delivered, .read or .failed. Whoever is limited to channels and may look at people writes by `to` only to those who have a conversation on one of them; everybody else is answered by `conversation.person_unseen`, whether the workspace knows them or not. A limited key without a scope of contacts, conversations or privacy sends to any address.",
    permission: "message:send",
    idempotent: true,
    status: 202,
    body: newMessage,
    returns: messageDetail,
    problems: [notFound, personUnseen, ...sendProblems],
    run: (ctx, { body }) => sendMessage(ctx, body),
  }),
  route({
    id: "message.send_batch",
    method: "POST",
    path: "/v1/messages/batch",
    summary: "Send up to 500 messages",
    description: "Each is accepted or refused for itself; the answer keeps the order.",
    permission: "message:send",
    idempotent: readBatch,
    status: 202,
    maxBytes: 3 * 1024 * 1024,
    body: z.object({ messages: z.array(newMessage).min(1).max(500) }),
    returns: batchView,
    run: (ctx, { body }) => sendBatch(ctx, body.messages),
  }),
];
