import { copyAttachments } from "../media/copy-attachments.ts";
import { openContent } from "../messages/message-content.ts";
import { statusRank } from "../messages/message-status.ts";
import type { MessageBody, NewMessage } from "../messages/new-message.ts";
import { attachmentsOf, replaceAttachments } from "../messages/new-message.ts";
import { readMessage } from "../messages/read-messages.ts";
import type { MessageDetail } from "../messages/view-message.ts";
import { sendMessage } from "../messages/send-message.ts";
import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";

export const notFailed = problem({
  code: "message.not_failed",
  status: 409,
  title: "Only a message of ours that failed can be sent again.",
});

export const contentGone = problem({
  code: "message.content_gone",
  status: 409,
  title: "The message or a file of it was destroyed.",
  fix: "Write it again.",
});

/**
 * Sends a failed message again, as a new message with the same content: what failed stays as it is, because it may have arrived
 * after all. Everything that is checked of a new message is checked. @throws not_found · message.not_failed · message.content_gone ·
 *   and those of a send
 */
export async function retryMessage(ctx: Ctx, id: string): Promise<MessageDetail> {
  const { workspaceId, tx } = ctx;
  const { conversationId } = await readMessage(ctx, id);
  const [row] = await tx.named<{ content: Buffer | null }>(
    "message.failed_content",
    `select content from message where workspace_id = $1 and id = $2 and direction = 'outbound' and status = $3`,
    [workspaceId, id, statusRank("failed")],
  );
  if (!row) throw notFailed();
  const stored = openContent(ctx.keyring, "deliver", { workspaceId, id, content: row.content });
  if (!stored || !("body" in stored)) throw contentGone();
  const used = attachmentsOf(stored.body).map((attachment) => attachment.id);
  const copies = await copyAttachments(ctx, used);
  return copies.keepIf(async () => {
    if (copies.ids.size < new Set(used).size) throw contentGone();
    const { scheduledAt: _, ...body } = stored.body;
    return sendMessage(ctx, { conversationId, ...replaceAttachments(body as MessageBody, copies.ids) } as NewMessage);
  });
}
