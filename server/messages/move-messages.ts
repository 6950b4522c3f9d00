import type { Tx } from "../platform/db.ts";

/** Re-homes the messages of a conversation when its contact was merged into another. Ids, order and seals stay. */
export async function moveMessages(
  tx: Tx,
  move: { workspaceId: string; conversationId: string; toConversationId: string; contactId: string },
): Promise<void> {
  const values = [move.workspaceId, move.conversationId, move.contactId];
  await tx.query(
    `update attachment a set contact_id = $3 from message m
     where m.workspace_id = $1 and m.conversation_id = $2 and a.workspace_id = m.workspace_id and a.message_id = m.id`,
    values,
  );
  await tx.query(
    `update reaction r set contact_id = $3 from message m
     where m.workspace_id = $1 and m.conversation_id = $2 and r.workspace_id = m.workspace_id and r.channel_id = m.channel_id
       and r.target_index = m.provider_message_index`,
    values,
  );
  await tx.query("update outbox set conversation_id = $3 where workspace_id = $1 and conversation_id = $2", [
    move.workspaceId,
    move.conversationId,
    move.toConversationId,
  ]);
  await tx.query(
    "update message set conversation_id = $4, contact_id = $3 where workspace_id = $1 and conversation_id = $2",
    [...values, move.toConversationId],
  );
}
