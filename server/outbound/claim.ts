import { isConsented, isOptedOut } from "../contacts/opt-out.ts";
import { maySend } from "../identity/sending-stop.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import { messageQueued } from "../messages/message-events.ts";

/** Wakes the drain of every process, once a transaction. */
export const OUTBOX_TOPIC = "outbox";

/** One message taken for sending. The attempt is on record before the call is made. */
export interface Claimed {
  workspaceId: string;
  channelId: string;
  messageId: string;
  conversationId: string;
  contactId: string;
  attempt: number;
  /** when the message was to go first; retries end a day after it */
  wantedAt: Date;
  type: string;
  content: Buffer | null;
  isRestricted: boolean;
  /** marketing to somebody who was reported as a child: never, whatever else is on record */
  isForMinor: boolean;
  /** the person stopped messages of this purpose */
  isOptedOut: boolean;
  /** this person wrote here, or was written to before; only told where new chats are counted */
  isKnown: boolean;
  /** marketing that the person did not begin, and no consent in force for it */
  lacksConsent: boolean;
  /** when they last wrote: a message that had to wait may have missed its service window */
  lastInboundAt: Date | null;
  attachments: ClaimedAttachment[];
}

export interface ClaimedAttachment {
  id: string;
  kind: string;
  mimeType: string | null;
  bytes: number;
  blobName: string | null;
  /** base64, sealed */
  blobKey: string | null;
  details: string | null;
}

/** What was accepted is put into the outbox by the transaction that accepted it. */
export const outboundReactions = (app: Pick<App, "bus">): Reaction[] => [
  { on: messageQueued, run: (tx, items) => fillOutbox(app, tx, items as EventItem<{ messageId: string }>[]) },
];

/**
 * Puts accepted messages into the outbox. The order within a conversation is that of acceptance;
 * a scheduled message stands where its time is, so that it holds nothing back.
 */
async function fillOutbox(
  app: Pick<App, "bus">,
  tx: Tx,
  items: readonly EventItem<{ messageId: string }>[],
): Promise<void> {
  await tx.named(
    "outbox.fill",
    `insert into outbox (workspace_id, message_id, channel_id, conversation_id, due_at, order_at)
     select workspace_id, id, channel_id, conversation_id, coalesce(scheduled_at, sort_at), coalesce(scheduled_at, sort_at)
     from message where workspace_id = any ($1::text[]) and id = any ($2::text[])`,
    [[...new Set(items.map((item) => item.workspaceId))], items.map((item) => item.payload.messageId)],
  );
  app.bus.publish(tx, OUTBOX_TOPIC, "");
}

const place = {
  workspaceId: "m.workspace_id",
  contactId: "m.contact_id",
  channelId: "m.channel_id",
  purpose: "m.purpose",
};

// Only the head of a conversation is taken: a row with an earlier sibling in whatever state waits, so the order holds across
// retries, crashes and processes. Plan: outbox_lane for the candidates, one outbox_order probe for each.
const CLAIM = `with head as (
    select o.workspace_id, o.message_id from outbox o
    where o.workspace_id = $1 and o.channel_id = $2 and o.state = 'waiting' and o.ended is null and o.due_at <= $3
      and exists (select 1 from workspace w where w.id = $1 and ${maySend("$3")})
      and not exists (select 1 from outbox e where e.workspace_id = o.workspace_id and e.channel_id = o.channel_id
        and e.conversation_id = o.conversation_id and (e.order_at, e.message_id) < (o.order_at, o.message_id))
    order by o.due_at, o.message_id limit $4 for update of o skip locked),
  taken as (update outbox o set state = 'sending', attempts = o.attempts + 1, attempted_at = $3, owner = $5 from head h
    where o.workspace_id = h.workspace_id and o.message_id = h.message_id
    returning o.workspace_id, o.message_id, o.conversation_id, o.attempts, o.order_at, o.due_at),
  attempt as (insert into send_attempt (workspace_id, message_id, attempt, started_at)
    select workspace_id, message_id, attempts, $3 from taken)
  select t.message_id, t.conversation_id, t.attempts, t.order_at as wanted_at, m.contact_id, m.type, m.content, v.last_inbound_at,
    c.restricted_at is not null as is_restricted, m.purpose = 'marketing' and c.minor_at is not null as is_for_minor,
    m.purpose in ('marketing', 'utility') and ${isOptedOut(place)} as is_opted_out,
    m.purpose = 'marketing' and (v.last_inbound_at is null or v.last_inbound_at < $3 - interval '24 hours')
      and not ${isConsented(place, "$3")} as lacks_consent,
    $6 and exists (select 1 from message k where k.workspace_id = t.workspace_id and k.conversation_id = t.conversation_id
      and k.id <> t.message_id and (k.direction = 'inbound' or k.provider_message_index is not null)) as is_known,
    (select json_agg(json_build_object('id', a.id, 'kind', a.kind, 'mimeType', a.mime_type, 'bytes', a.bytes,
        'blobName', a.blob_name, 'blobKey', encode(a.blob_key, 'base64'), 'details', encode(a.details, 'base64')))
      from attachment a where a.workspace_id = t.workspace_id and a.message_id = t.message_id) as attachments
  from taken t join message m on m.workspace_id = t.workspace_id and m.id = t.message_id
  join contact c on c.workspace_id = m.workspace_id and c.id = m.contact_id
  join conversation v on v.workspace_id = m.workspace_id and v.id = m.conversation_id
  order by t.due_at, t.message_id`;

/** Takes up to `limit` messages of a channel that may go now, one a conversation. */
export async function claim(
  app: Pick<App, "db" | "clock" | "channels" | "providers">,
  lane: { workspaceId: string; channelId: string },
  limit: number,
  owner: string,
): Promise<Claimed[]> {
  const channel = app.channels.peek(lane.channelId);
  const countsNewChats = Boolean(channel && app.providers[channel.provider]?.can.newChats);
  const rows = await app.db.tx({ workspaceIds: [lane.workspaceId] }, (tx) =>
    tx.named<{
      message_id: string;
      conversation_id: string;
      attempts: number;
      wanted_at: Date;
      contact_id: string;
      type: string;
      content: Buffer | null;
      is_restricted: boolean;
      is_for_minor: boolean | null;
      is_opted_out: boolean | null;
      is_known: boolean;
      lacks_consent: boolean | null;
      last_inbound_at: Date | null;
      attachments: ClaimedAttachment[] | null;
    }>("outbox.claim", CLAIM, [lane.workspaceId, lane.channelId, app.clock.now(), limit, owner, countsNewChats]),
  );
  return rows.map((row) => ({
    ...lane,
    messageId: row.message_id,
    conversationId: row.conversation_id,
    contactId: row.contact_id,
    attempt: row.attempts,
    wantedAt: row.wanted_at,
    type: row.type,
    content: row.content,
    isRestricted: row.is_restricted,
    isForMinor: row.is_for_minor === true,
    isOptedOut: row.is_opted_out === true,
    isKnown: row.is_known,
    lacksConsent: row.lacks_consent === true,
    lastInboundAt: row.last_inbound_at,
    attachments: row.attachments ?? [],
  }));
}
