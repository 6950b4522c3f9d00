import { withdrawMessage } from "../messages/change-message.ts";
import { cancelledError } from "../messages/message-error.ts";
import { messageUnsupported } from "../messages/send-problems.ts";
import { readMessage } from "../messages/read-messages.ts";
import type { MessageDetail } from "../messages/view-message.ts";
import { settleMessages } from "../messages/settle-messages.ts";
import type { Ctx } from "../platform/context.ts";
import { isProblem, problem } from "../platform/problem.ts";
import { OUTBOX_TOPIC } from "./claim.ts";

export const notCancellable = problem({
  code: "message.not_cancellable",
  status: 409,
  title: "The message is not waiting any more: it was sent, is being sent, or failed.",
});

/**
 * Cancels a message that waits, and withdraws one that was sent. @throws as `cancelMessage` and `withdrawMessage`; where the network
 * has no withdrawal, what was sent is not cancellable
 */
export async function takeBack(ctx: Ctx, id: string): Promise<MessageDetail> {
  const { direction, status } = await readMessage(ctx, id);
  const isSent = direction === "inbound" || !["queued", "failed"].includes(status);
  if (!isSent) return cancelMessage(ctx, id);
  try {
    return await withdrawMessage(ctx, id);
  } catch (error) {
    if (!isProblem(error, messageUnsupported)) throw error;
    throw notCancellable(error.detail === undefined ? {} : { detail: error.detail });
  }
}

/**
 * Takes a message out of the outbox before it is sent. It stays in the thread as `failed` with `message.cancelled`. Whoever comes
 * first wins, this or the drain: a message is never cancelled and sent. @throws not_found · message.not_cancellable
 */
async function cancelMessage(ctx: Ctx, id: string): Promise<MessageDetail> {
  const { workspaceId, tx } = ctx;
  const { channelId } = await readMessage(ctx, id);
  const rows = await tx.named(
    "outbox.cancel",
    "delete from outbox where workspace_id = $1 and message_id = $2 and state = 'waiting' returning message_id",
    [workspaceId, id],
  );
  if (rows.length === 0) throw notCancellable();
  await settleMessages(ctx, tx, [{ workspaceId, channelId, messageId: id, error: cancelledError }]);
  // what waited behind it may go
  ctx.bus.publish(tx, OUTBOX_TOPIC, "");
  return readMessage(ctx, id);
}
