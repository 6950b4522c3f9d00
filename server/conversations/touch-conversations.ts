import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";

export interface WantedConversation {
  workspaceId: string;
  channelId: string;
  contactId: string;
  /** time of its first message */
  at: Date;
  /** of a new one; history opens nothing */
  status: "open" | "resolved";
}

export function conversationKey(item: { workspaceId: string; channelId: string; contactId: string }): string {
  return `${item.workspaceId}/${item.channelId}/${item.contactId}`;
}

type Found = { id: string; workspace_id: string; channel_id: string; contact_id: string };

const FIND = `select c.id, c.workspace_id, c.channel_id, c.contact_id
  from unnest($1::text[], $2::text[], $3::text[]) as x (w, ch, ct)
  cross join lateral (select id, workspace_id, channel_id, contact_id from conversation c
    where c.workspace_id = x.w and c.channel_id = x.ch and c.contact_id = x.ct limit 1) c`;

/** The conversation of each contact on each channel, made where there is none. Keys are `conversationKey(…)`. */
export async function ensureConversations(
  tx: Tx,
  wanted: readonly WantedConversation[],
  now: Date,
): Promise<Map<string, { id: string; isNew: boolean }>> {
  const result = new Map<string, { id: string; isNew: boolean }>();
  const byKey = new Map<string, WantedConversation>();
  for (const item of wanted) {
    const key = conversationKey(item);
    const known = byKey.get(key);
    if (!known || (known.status === "resolved" && item.status === "open")) byKey.set(key, item);
  }
  if (byKey.size === 0) return result;
  const find = async (items: readonly WantedConversation[]) => {
    const rows = await tx.named<Found>("conversation.find_many", FIND, [
      items.map((item) => item.workspaceId),
      items.map((item) => item.channelId),
      items.map((item) => item.contactId),
    ]);
    for (const row of rows) {
      const key = conversationKey({
        workspaceId: row.workspace_id,
        channelId: row.channel_id,
        contactId: row.contact_id,
      });
      if (!result.has(key)) result.set(key, { id: row.id, isNew: false });
    }
  };
  await find([...byKey.values()]);
  const missing = [...byKey].filter(([key]) => !result.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length === 0) return result;
  const items = missing.map(([, item]) => item);
  const made = await tx.named<Found>(
    "conversation.insert",
    `insert into conversation (workspace_id, id, channel_id, contact_id, status, last_message_at, created_at, updated_at)
     select w, i, ch, ct, s, a, $7, $7 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
       with ordinality as x (w, i, ch, ct, s, a, ord) order by ord
     on conflict (workspace_id, channel_id, contact_id) do nothing
     returning id, workspace_id, channel_id, contact_id`,
    [
      items.map((item) => item.workspaceId),
      items.map(() => newId("cnv")),
      items.map((item) => item.channelId),
      items.map((item) => item.contactId),
      items.map((item) => item.status),
      items.map((item) => item.at),
      now,
    ],
  );
  for (const row of made) {
    const key = conversationKey({
      workspaceId: row.workspace_id,
      channelId: row.channel_id,
      contactId: row.contact_id,
    });
    result.set(key, { id: row.id, isNew: true });
  }
  // Another transaction made it a moment ago; a new statement sees its row.
  if (made.length < missing.length) await find(missing.filter(([key]) => !result.has(key)).map(([, item]) => item));
  return result;
}

export interface ConversationTouch {
  workspaceId: string;
  conversationId: string;
  /** messages that really went in and count as unread */
  inboundCount: number;
  lastMessageAt: Date;
  lastMessageId: string;
  /** provider time of the newest message that opens a service window; null: none did */
  lastInboundAt: Date | null;
  /** a person wrote: what was resolved or snoozed comes back */
  isReopening: boolean;
}

// Rows are locked in id order. Everything only grows, so the order of two batches does not matter; but for one that was opened before
// its first message: the time at which it was made gives way to that of the message, which may be older (a history).
// `locked` carries the items along: joining two of these lists again is a nested loop, 11 s for a history of 3,000 people.
// EXPLAIN (125 rows): Nested Loop (unnest -> Index Scan conversation_pkey), LockRows, then Update by primary key
const TOUCH = `with item as (
    select * from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::boolean[])
      as x (workspace_id, id, n, at, message_id, inbound_at, reopens)),
  locked as (
    select c.workspace_id, c.id, c.status as was, i.n, i.at, i.message_id, i.inbound_at, i.reopens
      from conversation c join item i on c.workspace_id = i.workspace_id and c.id = i.id order by c.id for update of c),
  changed as (
    update conversation c set inbound_count = c.inbound_count + i.n,
      last_message_id = case when c.last_message_id is null or (c.last_message_at, c.last_message_id) < (i.at, i.message_id)
        then i.message_id else c.last_message_id end,
      last_message_at = case when c.last_message_id is null then i.at else greatest(c.last_message_at, i.at) end,
      last_inbound_at = greatest(c.last_inbound_at, i.inbound_at),
      status = case when i.reopens and c.status in ('resolved', 'snoozed') then 'open' else c.status end,
      snoozed_until = case when i.reopens then null else c.snoozed_until end, updated_at = $8
    from locked i where c.workspace_id = i.workspace_id and c.id = i.id
    returning c.workspace_id, c.id, c.last_message_at, c.status, i.was),
  labelled as (
    update conversation_label l set last_message_at = c.last_message_at from changed c
    where l.workspace_id = c.workspace_id and l.conversation_id = c.id and l.last_message_at <> c.last_message_at)
  select workspace_id, id from changed where status <> was`;

/**
 * Counts new messages into their conversations: unread, newest message, service window, reopening. One item per conversation.
 * Returns the conversations whose status changed by it.
 */
export async function touchConversations(
  tx: Tx,
  items: readonly ConversationTouch[],
  now: Date,
): Promise<{ workspaceId: string; conversationId: string }[]> {
  if (items.length === 0) return [];
  const rows = await tx.named<{ workspace_id: string; id: string }>("conversation.touch", TOUCH, [
    items.map((item) => item.workspaceId),
    items.map((item) => item.conversationId),
    items.map((item) => item.inboundCount),
    items.map((item) => item.lastMessageAt),
    items.map((item) => item.lastMessageId),
    items.map((item) => item.lastInboundAt),
    items.map((item) => item.isReopening),
    now,
  ]);
  return rows.map((row) => ({ workspaceId: row.workspace_id, conversationId: row.id }));
}
