import type { Tx } from "../platform/db.ts";

/**
 * Takes everything that waits for these people out of the outbox; returns how many. What a provider is being told right now may still
 * arrive. The messages are not settled: whoever calls deletes them.
 */
export async function cancelSendsTo(tx: Tx, workspaceId: string, contactIds: readonly string[]): Promise<number> {
  const gone = await tx.query(
    `delete from outbox o using conversation v where o.workspace_id = $1 and v.workspace_id = $1 and v.contact_id = any ($2::text[])
       and o.conversation_id = v.id and o.state = 'waiting' returning o.message_id`,
    [workspaceId, contactIds],
  );
  return gone.length;
}
