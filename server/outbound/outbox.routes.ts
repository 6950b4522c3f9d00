import { z } from "zod";
import { editMessage } from "../messages/change-message.ts";
import { messageDetail } from "../messages/message-view.ts";
import { messageText } from "../messages/new-message.ts";
import { readMessage } from "../messages/read-messages.ts";
import { changeProblems, sendProblems } from "../messages/send-problems.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { notCancellable, takeBack } from "./cancel-message.ts";
import { contentGone, notFailed, retryMessage } from "./retry-message.ts";
import { requestSignal, signalKind } from "./request-signal.ts";

const params = z.object({ id: z.string().max(64) });

export const outboxRoutes = [
  route({
    id: "message.cancel",
    method: "DELETE",
    path: "/v1/messages/:id",
    summary: "Take a message back: cancel one that waits, delete one that was sent for everybody",
    description:
      "One that waits stays in the thread as `failed` with `message.cancelled`, and is the answer. For one that was sent the answer is the " +
      "withdrawal, a message of type `delete` with its own status; when the network took it, `message.deleted` follows.",
    permission: "message:send",
    params,
    returns: messageDetail,
    problems: [notFound, notCancellable, ...changeProblems, ...sendProblems],
    run: (ctx, { params: { id } }) => takeBack(ctx, id),
  }),
  route({
    id: "message.edit",
    method: "PATCH",
    path: "/v1/messages/:id",
    summary: "Put other words into a text that was sent",
    description:
      "Answers with the edit, a message of type `edit` with its own status. When the network took it, the text changes and `message.edited` follows.",
    permission: "message:send",
    status: 202,
    params,
    body: z.object({ text: messageText }),
    returns: messageDetail,
    problems: [notFound, ...changeProblems, ...sendProblems],
    run: (ctx, { params: { id }, body }) => editMessage(ctx, id, body.text),
  }),
  route({
    id: "message.retry",
    method: "POST",
    path: "/v1/messages/:id/retry",
    summary: "Send a failed message again",
    description: "Answers with a new message of the same content. The failed one stays: it may have arrived after all.",
    permission: "message:send",
    idempotent: readMessage,
    status: 202,
    params,
    returns: messageDetail,
    problems: [notFound, notFailed, contentGone, ...sendProblems],
    run: (ctx, { params: { id } }) => retryMessage(ctx, id),
  }),
  route({
    id: "conversation.signal",
    method: "POST",
    path: "/v1/conversations/:id/signals",
    summary: "Show the person that we read, or that we are typing",
    description:
      "As far as the channel's `readReceipts` allow, and at most once in a while; nothing tells whether it arrived.",
    permission: "message:send",
    status: 202,
    rateLimit: { perMinute: 120 },
    params,
    body: z.object({ kind: signalKind }),
    returns: z.object({ isSent: z.boolean().describe("false: the channel's settings or its provider forbid it.") }),
    problems: [notFound],
    run: (ctx, { params: { id }, body }) => requestSignal(ctx, id, body.kind),
  }),
];
