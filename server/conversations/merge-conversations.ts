import { moveMessages } from "../messages/move-messages.ts";
import type { Tx } from "../platform/db.ts";
import { begun, isBegun } from "./conversation-view.ts";

/** Of the conversation that goes: one in which nobody wrote yet is older than any other. */
const isNewer =
  "(o.last_message_id is not null and (k.last_message_id is null or o.last_message_at > k.last_message_at))";

/**
 * Gives the conversations of a merged contact to the one that stays; two on the same channel become one. That is nothing that somebody
 * did with them: in which nothing was said or done stays empty.
 */
export async function mergeConversations(
  tx: Tx,
  merge: { workspaceId: string; from: string; into: string; now: Date },
): Promise<void> {
  const { workspaceId, from, into, now } = merge;
  const pairs = await tx.query<{ old: string; kept: string | null }>(
    `select o.id as old, k.id as kept from conversation o
     left join conversation k on k.workspace_id = o.workspace_id and k.channel_id = o.channel_id and k.contact_id = $3
     where o.workspace_id = $1 and o.contact_id = $2 order by o.id`,
    [workspaceId, from, into],
  );
  for (const { old, kept } of pairs) {
    await moveMessages(tx, { workspaceId, conversationId: old, toConversationId: kept ?? old, contactId: into });
    if (kept === null) {
      await tx.query(
        `update conversation v set contact_id = $3, updated_at = case when ${isBegun} then $4 else v.updated_at end
         where v.workspace_id = $1 and v.id = $2`,
        [workspaceId, old, into, now],
      );
      continue;
    }
    const both = [workspaceId, old, kept];
    await tx.query(
      "update note set conversation_id = $3, contact_id = $4 where workspace_id = $1 and conversation_id = $2",
      [...both, into],
    );
    await tx.query(
      `update conversation k set inbound_count = k.inbound_count + o.inbound_count,
         last_message_id = case when ${isNewer} then o.last_message_id else k.last_message_id end,
         last_message_at = case when ${isNewer} then o.last_message_at else k.last_message_at end,
         last_inbound_at = greatest(k.last_inbound_at, o.last_inbound_at),
         assignee_id = coalesce(k.assignee_id, o.assignee_id),
         status = case when o.status = 'open' and (o.last_message_id is not null or k.last_message_id is null) then 'open'
           else k.status end,
         updated_at = case when ${begun("k")} or ${begun("o")} then $4 else k.updated_at end
       from conversation o where k.workspace_id = $1 and o.workspace_id = $1 and o.id = $2 and k.id = $3`,
      [...both, now],
    );
    await tx.query(
      `insert into member_read (workspace_id, member_id, conversation_id, read_count, read_at)
       select workspace_id, member_id, $3, read_count, read_at from member_read where workspace_id = $1 and conversation_id = $2
       on conflict (workspace_id, member_id, conversation_id) do update
         set read_count = member_read.read_count + excluded.read_count`,
      both,
    );
    await tx.query(
      `insert into conversation_label (workspace_id, label_id, conversation_id)
       select workspace_id, label_id, $3 from conversation_label where workspace_id = $1 and conversation_id = $2
       on conflict do nothing`,
      both,
    );
    // its own labels list it where it now stands, which may be earlier: an empty one took the times of the other's messages
    await tx.query(
      `update conversation_label l set last_message_at = k.last_message_at from conversation k
       where k.workspace_id = $1 and k.id = $2 and l.workspace_id = $1 and l.conversation_id = $2
         and l.last_message_at <> k.last_message_at`,
      [workspaceId, kept],
    );
    await tx.query("delete from conversation where workspace_id = $1 and id = $2", [workspaceId, old]);
  }
}
