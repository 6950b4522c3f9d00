import { z } from "zod";
import { messageDetail } from "../messages/message-view.ts";
import { readMessage } from "../messages/read-messages.ts";
import { sendProblems } from "../messages/send-problems.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { cancelMessage, notCancellable } from "./cancel-message.ts";
import { contentGone, notFailed, retryMessage } from "./retry-message.ts";
import { requestSignal, signalKind } from "./request-signal.ts";

const params = z.object({ id: z.string().max(64) });

export const outboxRoutes = [
  route({
    id: "message.cancel",
    method: "DELETE",
    path: "/v1/messages/:id",
    summary: "Cancel a message that waits to be sent",
    description: "It stays in the thread as `failed` with `message.cancelled`.",
    permission: "message:send",
    params,
    returns: messageDetail,
    problems: [notFound, notCancellable],
    run: (ctx, { params: { id } }) => cancelMessage(ctx, id),
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
