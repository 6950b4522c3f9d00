import type { Tx } from "../platform/db.ts";

export interface NewMessageRow {
  workspaceId: string;
  id: string;
  conversationId: string;
  channelId: string;
  contactId: string;
  /** who spoke, where that is not the contact of the conversation (groups) */
  senderContactId: string | null;
  authorKind: string | null;
  authorId: string | null;
  direction: "inbound" | "outbound";
  type: string;
  /** sealed; null for a message that was withdrawn before it came */
  content: Buffer | null;
  providerMessageIndex: Buffer | null;
  replyToIndex: Buffer | null;
  status: number;
  error: object | null;
  sortAt: Date;
  sentAt: Date | null;
  receivedAt: Date;
  scheduledAt: Date | null;
  purpose: string | null;
  editedAt: Date | null;
  deletedAt: Date | null;
}

// One index probe per row for the dedupe. Rows go in by provider index, so that two batches with the same messages wait for each
// other instead of deadlocking.
// EXPLAIN (500 rows): Insert on message, Conflict Arbiter Indexes: message_provider_id -> Sort -> Function Scan on unnest
const INSERT = `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, sender_contact_id, author_kind,
    author_id, direction, type, content, provider_message_index, reply_to_index, status, error, sort_at, sent_at, received_at,
    scheduled_at, purpose, edited_at, deleted_at)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::bytea[], $12::bytea[], $13::bytea[], $14::smallint[], $15::jsonb[], $16::timestamptz[], $17::timestamptz[],
    $18::timestamptz[], $19::timestamptz[], $20::text[], $21::timestamptz[], $22::timestamptz[])
    as x (workspace_id, id, conversation_id, channel_id, contact_id, sender_contact_id, author_kind, author_id, direction, type,
      content, provider_message_index, reply_to_index, status, error, sort_at, sent_at, received_at, scheduled_at, purpose,
      edited_at, deleted_at)
  order by x.workspace_id, x.channel_id, x.provider_message_index, x.id
  on conflict (workspace_id, channel_id, provider_message_index) where provider_message_index is not null do nothing
  returning id`;

/**
 * Writes messages that were not known yet and returns the ids of those that went in: a redelivery has the same provider index and
 * changes nothing. Does not touch the conversations.
 */
export async function insertMessages(tx: Tx, rows: readonly NewMessageRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const pick = <K extends keyof NewMessageRow>(key: K): NewMessageRow[K][] => rows.map((row) => row[key]);
  const made = await tx.named<{ id: string }>("message.insert", INSERT, [
    pick("workspaceId"),
    pick("id"),
    pick("conversationId"),
    pick("channelId"),
    pick("contactId"),
    pick("senderContactId"),
    pick("authorKind"),
    pick("authorId"),
    pick("direction"),
    pick("type"),
    pick("content"),
    pick("providerMessageIndex"),
    pick("replyToIndex"),
    pick("status"),
    rows.map((row) => (row.error === null ? null : JSON.stringify(row.error))),
    pick("sortAt"),
    pick("sentAt"),
    pick("receivedAt"),
    pick("scheduledAt"),
    pick("purpose"),
    pick("editedAt"),
    pick("deletedAt"),
  ]);
  return new Set(made.map((row) => row.id));
}
