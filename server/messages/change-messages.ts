import { removeAttachments } from "../media/insert-attachments.ts";
import type { Tx } from "../platform/db.ts";

/** A message as a later event about it finds it. */
export interface KnownMessage {
  workspaceId: string;
  id: string;
  conversationId: string;
  contactId: string;
  senderContactId: string | null;
  channelId: string;
  type: string;
  direction: "inbound" | "outbound";
  content: Buffer | null;
  editedAt: Date | null;
  deletedAt: Date | null;
}

interface Target {
  workspaceId: string;
  channelId: string;
  index: Buffer;
}

export const targetKey = (channelId: string, index: Buffer): string => `${channelId}/${index.toString("latin1")}`;

/** Messages by the provider's ids, locked in id order; keys are `targetKey(…)`. */
export async function findByProviderIndex(tx: Tx, targets: readonly Target[]): Promise<Map<string, KnownMessage>> {
  if (targets.length === 0) return new Map();
  const rows = await tx.named<{
    workspace_id: string;
    id: string;
    conversation_id: string;
    contact_id: string;
    sender_contact_id: string | null;
    channel_id: string;
    type: string;
    direction: "inbound" | "outbound";
    content: Buffer | null;
    edited_at: Date | null;
    deleted_at: Date | null;
    provider_message_index: Buffer;
  }>(
    "message.find_by_provider_index",
    `select m.workspace_id, m.id, m.conversation_id, m.contact_id, m.sender_contact_id, m.channel_id, m.type, m.direction, m.content,
       m.edited_at, m.deleted_at, m.provider_message_index
     from message m join (select distinct * from unnest($1::text[], $2::text[], $3::bytea[]) as u (w, c, i)) x
       on m.workspace_id = x.w and m.channel_id = x.c and m.provider_message_index = x.i
     order by m.id for update of m`,
    [
      targets.map((target) => target.workspaceId),
      targets.map((target) => target.channelId),
      targets.map((target) => target.index),
    ],
  );
  return new Map(
    rows.map((row) => [
      targetKey(row.channel_id, row.provider_message_index),
      {
        workspaceId: row.workspace_id,
        id: row.id,
        conversationId: row.conversation_id,
        contactId: row.contact_id,
        senderContactId: row.sender_contact_id,
        channelId: row.channel_id,
        type: row.type,
        direction: row.direction,
        content: row.content,
        editedAt: row.edited_at,
        deletedAt: row.deleted_at,
      },
    ]),
  );
}

/** Puts new content into messages. `editedAt: null` fills a placeholder and leaves no trace of an edit. */
export async function replaceContents(
  tx: Tx,
  items: readonly { workspaceId: string; id: string; type: string; content: Buffer; editedAt: Date | null }[],
): Promise<void> {
  if (items.length === 0) return;
  await tx.named(
    "message.replace_content",
    `update message m set content = x.content, type = x.type, edited_at = greatest(m.edited_at, x.edited_at)
     from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[]) as x (w, i, type, content, edited_at)
     where m.workspace_id = x.w and m.id = x.i and m.content_destroyed_at is null and m.deleted_at is null`,
    [
      items.map((item) => item.workspaceId),
      items.map((item) => item.id),
      items.map((item) => item.type),
      items.map((item) => item.content),
      items.map((item) => item.editedAt),
    ],
  );
}

/** Destroys the content of withdrawn messages and of their media. The row stays, so that the thread shows where it was. */
export async function withdrawMessages(
  tx: Tx,
  items: readonly { workspaceId: string; id: string; deletedAt: Date }[],
): Promise<void> {
  if (items.length === 0) return;
  const workspaceIds = items.map((item) => item.workspaceId);
  const ids = items.map((item) => item.id);
  await Promise.all([
    tx.named(
      "message.withdraw",
      `update message m set content = null, deleted_at = x.at, content_destroyed_at = x.at
       from unnest($1::text[], $2::text[], $3::timestamptz[]) as x (w, i, at)
       where m.workspace_id = x.w and m.id = x.i and m.deleted_at is null`,
      [workspaceIds, ids, items.map((item) => item.deletedAt)],
    ),
    removeAttachments(tx, workspaceIds, ids),
    tx.named("message.unindex", "select kw.unindex_messages($1)", [ids]),
  ]);
}
