import { z } from "zod";
import { openContactName } from "../contacts/contact-view.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { findConversation } from "../conversations/find-conversation.ts";
import { attachmentPlace } from "../media/attachment-places.ts";
import type { Ctx } from "../platform/context.ts";
import type { Keyring } from "../platform/keyring.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { tryOpenText } from "../platform/seal.ts";
import { openContent, reactionPlace } from "./message-content.ts";
import { viewError, type StoredError } from "./message-error.ts";
import { statusName } from "./message-status.ts";
import { openProviderMessageId } from "./provider-message-id.ts";
import { contentView, type AttachmentView, type MessageView } from "./message-view.ts";

interface PackedAttachment {
  id: string;
  kind: AttachmentView["kind"];
  state: AttachmentView["state"];
  mime_type: string | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  error_code: string | null;
  /** base64 */
  details: string | null;
}

export interface MessageRow {
  id: string;
  conversation_id: string;
  channel_id: string;
  contact_id: string;
  sender_contact_id: string | null;
  sender_name: Buffer | null;
  author_kind: "member" | "api_key" | "phone_app" | null;
  author_id: string | null;
  direction: "inbound" | "outbound";
  type: string;
  content: Buffer | null;
  provider_message_id: Buffer | null;
  has_reply: boolean;
  reply_to_id: string | null;
  status: number;
  error: StoredError | null;
  sort_at: Date;
  sent_at: Date | null;
  received_at: Date;
  scheduled_at: Date | null;
  accepted_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  played_at: Date | null;
  failed_at: Date | null;
  edited_at: Date | null;
  deleted_at: Date | null;
  content_destroyed_at: Date | null;
  attachments: PackedAttachment[] | null;
  reactions: { actor_id: string; emoji: string; occurred_at: string; target_index: string }[] | null;
}

/** Everything a bubble shows, for messages `m`: index look-ups only, no query per item. */
export const messageColumns = `m.id, m.conversation_id, m.channel_id, m.contact_id, m.sender_contact_id, m.author_kind, m.author_id,
    m.direction, m.type, m.content, m.provider_message_id, m.reply_to_index is not null as has_reply, m.status, m.error, m.sort_at,
    m.sent_at, m.received_at, m.scheduled_at, m.accepted_at, m.delivered_at, m.read_at, m.played_at, m.failed_at, m.edited_at,
    m.deleted_at, m.content_destroyed_at,
    (select s.name from contact s where s.workspace_id = m.workspace_id and s.id = m.sender_contact_id) as sender_name,
    (select q.id from message q where q.workspace_id = m.workspace_id and q.channel_id = m.channel_id
      and q.provider_message_index = m.reply_to_index) as reply_to_id,
    (select json_agg(json_build_object('id', a.id, 'kind', a.kind, 'state', a.state, 'mime_type', a.mime_type, 'bytes', a.bytes,
        'width', a.width, 'height', a.height, 'duration_ms', a.duration_ms, 'error_code', a.error_code,
        'details', encode(a.details, 'base64')) order by a.id)
      from attachment a where a.workspace_id = m.workspace_id and a.message_id = m.id) as attachments,
    (select json_agg(json_build_object('actor_id', x.actor_id, 'emoji', encode(x.emoji, 'base64'), 'occurred_at', x.occurred_at,
        'target_index', encode(x.target_index, 'hex')) order by x.occurred_at)
      from reaction x where x.workspace_id = m.workspace_id and x.channel_id = m.channel_id
      and x.target_index = m.provider_message_index and x.emoji is not null) as reactions`;

export function viewAttachment(keyring: Keyring, workspaceId: string, packed: PackedAttachment): AttachmentView {
  const place = attachmentPlace(workspaceId, packed.id, "details");
  const opened = packed.details && tryOpenText(keyring, place, Buffer.from(packed.details, "base64"));
  const details = opened ? (JSON.parse(opened) as { filename?: string }) : {};
  return {
    id: packed.id,
    kind: packed.kind,
    state: packed.state,
    mimeType: packed.mime_type,
    bytes: packed.bytes,
    width: packed.width,
    height: packed.height,
    durationMs: packed.duration_ms,
    fileName: details.filename ?? null,
    errorCode: packed.error_code,
  };
}

export function viewMessage(keyring: Keyring, workspaceId: string, row: MessageRow): MessageView {
  const stored = openContent(keyring, { workspaceId, id: row.id, content: row.content });
  const providerMessageId = openProviderMessageId(keyring, workspaceId, row, stored) ?? null;
  const quoted =
    stored && "content" in stored ? stored.context?.replyTo?.providerMessageId : stored?.replyTo?.providerMessageId;
  const reactions = (row.reactions ?? []).flatMap((r) => {
    const place = reactionPlace(workspaceId, Buffer.from(r.target_index, "hex"), r.actor_id);
    const emoji = tryOpenText(keyring, place, Buffer.from(r.emoji, "base64"));
    return emoji === null ? [] : [{ emoji, from: r.actor_id, at: new Date(r.occurred_at).toISOString() }];
  });
  const optional = (name: string, at: Date | null) => (at ? { [name]: at.toISOString() } : {});
  return {
    id: row.id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    direction: row.direction,
    ...contentView(row.type, row.deleted_at ? undefined : stored),
    attachments: (row.attachments ?? []).map((packed) => viewAttachment(keyring, workspaceId, packed)),
    reactions,
    ...(row.has_reply
      ? { replyTo: { messageId: row.reply_to_id, ...(quoted === undefined ? {} : { providerMessageId: quoted }) } }
      : {}),
    ...(row.author_kind ? { author: { kind: row.author_kind, id: row.author_id } } : {}),
    ...(row.sender_contact_id
      ? {
          sender: {
            contactId: row.sender_contact_id,
            name: openContactName(keyring, workspaceId, row.sender_contact_id, row.sender_name),
          },
        }
      : {}),
    status: statusName(row.status),
    ...(row.error ? { error: viewError(row.error) } : {}),
    providerMessageId,
    sentAt: (row.direction === "inbound" ? row.sent_at : (row.sent_at ?? row.accepted_at))?.toISOString() ?? null,
    receivedAt: row.received_at.toISOString(),
    sortAt: row.sort_at.toISOString(),
    ...optional("scheduledAt", row.scheduled_at),
    ...optional("editedAt", row.edited_at),
    ...optional("deletedAt", row.deleted_at),
    ...optional("contentDestroyedAt", row.content_destroyed_at),
  };
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);
const keyOf = (row: MessageRow): string => encodeCursor([row.sort_at.toISOString(), row.id]);

export interface MessagePage {
  data: MessageView[];
  /** older messages */
  nextCursor: string | null;
  /** newer messages; null at the newest */
  previousCursor: string | null;
}

const select = (compare: "<" | ">" | "<=", order: "asc" | "desc"): string =>
  `select ${messageColumns} from message m where m.workspace_id = $1 and m.conversation_id = $2 and m.type <> 'reaction'
   and ($3::timestamptz is null or (m.sort_at, m.id) ${compare} ($3, $4)) order by m.sort_at ${order}, m.id ${order} limit $5`;
// message_thread serves all three: 50 rows, about 220 buffers with attachments and reactions
const OLDER = select("<", "desc");
const NEWER = select(">", "asc");
const UP_TO = select("<=", "desc");

/**
 * A page of a thread, newest first. `cursor` goes on towards older messages, `newerThan` towards newer ones, `around` shows a
 * message with what stands on both sides of it (to jump to a search result or a quote). @throws not_found
 */
export async function listMessages(
  ctx: Ctx,
  conversationId: string,
  query: { cursor?: string | undefined; newerThan?: string | undefined; around?: string | undefined; limit: number },
): Promise<MessagePage> {
  await findConversation(ctx, conversationId);
  const page = (name: string, text: string, from: readonly [string | Date, string] | undefined, limit: number) =>
    ctx.tx.named<MessageRow>(name, text, [
      ctx.workspaceId,
      conversationId,
      from?.[0] ?? null,
      from?.[1] ?? null,
      limit,
    ]);

  let rows: MessageRow[];
  let hasOlder: boolean;
  let hasNewer: boolean;
  if (query.around !== undefined) {
    const [at] = await ctx.tx.named<{ sort_at: Date }>(
      "message.place",
      "select sort_at from message where workspace_id = $1 and conversation_id = $2 and id = $3",
      [ctx.workspaceId, conversationId, query.around],
    );
    if (!at) throw notFound();
    // the older half begins with the message itself
    const olderHalf = Math.ceil(query.limit / 2);
    const newerHalf = query.limit - olderHalf;
    const [older, newer] = await Promise.all([
      page("message.up_to", UP_TO, [at.sort_at, query.around], olderHalf + 1),
      page("message.newer", NEWER, [at.sort_at, query.around], newerHalf + 1),
    ]);
    hasOlder = older.length > olderHalf;
    hasNewer = newer.length > newerHalf;
    rows = [...newer.slice(0, newerHalf).toReversed(), ...older.slice(0, olderHalf)];
  } else if (query.newerThan !== undefined) {
    const newer = await page("message.newer", NEWER, decodeCursor(cursorKey, query.newerThan), query.limit + 1);
    hasNewer = newer.length > query.limit;
    hasOlder = true;
    rows = newer.slice(0, query.limit).toReversed();
  } else {
    const older = await page("message.older", OLDER, decodeCursor(cursorKey, query.cursor), query.limit + 1);
    hasOlder = older.length > query.limit;
    hasNewer = query.cursor !== undefined;
    rows = older.slice(0, query.limit);
  }
  const first = rows.at(0);
  const last = rows.at(-1);
  return {
    data: rows.map((row) => viewMessage(ctx.keyring, ctx.workspaceId, row)),
    nextCursor: hasOlder && last ? keyOf(last) : null,
    previousCursor: hasNewer && first ? keyOf(first) : null,
  };
}

/** Messages by id, in no particular order; those outside the actor's grants are left out. For the stream, search and webhooks. */
export async function readMessages(ctx: Ctx, ids: readonly string[]): Promise<MessageView[]> {
  return (await readRows(ctx, ids)).map((row) => viewMessage(ctx.keyring, ctx.workspaceId, row));
}

function readRows(ctx: Ctx, ids: readonly string[]): Promise<MessageRow[]> {
  return ctx.tx.named<MessageRow>(
    "message.read",
    `select ${messageColumns} from message m where m.workspace_id = $1 and m.id = any ($2::text[])
     and ($3::text[] is null or m.channel_id = any ($3))`,
    [ctx.workspaceId, ids, channelGrants(ctx.actor)],
  );
}

export interface StatusStep {
  status: MessageView["status"];
  at: string;
  error?: MessageView["error"];
}

export type MessageDetail = MessageView & { statuses: StatusStep[] };

/** One message with the times of its statuses. @throws not_found */
export async function readMessage(ctx: Ctx, id: string): Promise<MessageDetail> {
  const found = (await readMessageDetails(ctx, [id])).get(id);
  if (!found) throw notFound();
  return found;
}

/** Several of them, by id. */
export async function readMessageDetails(ctx: Ctx, ids: readonly string[]): Promise<Map<string, MessageDetail>> {
  if (ids.length === 0) return new Map();
  const rows = await readRows(ctx, ids);
  return new Map(
    rows.map((row) => [row.id, { ...viewMessage(ctx.keyring, ctx.workspaceId, row), statuses: statusSteps(row) }]),
  );
}

function statusSteps(row: MessageRow): StatusStep[] {
  const steps: [MessageView["status"], Date | null][] =
    row.direction === "inbound"
      ? [["received", row.received_at]]
      : [
          ["queued", row.received_at],
          ["sent", row.sent_at ?? row.accepted_at],
          ["delivered", row.delivered_at],
          ["read", row.read_at],
          ["played", row.played_at],
          ["failed", row.failed_at],
        ];
  return steps.flatMap(([status, at]) =>
    at
      ? [{ status, at: at.toISOString(), ...(status === "failed" && row.error ? { error: viewError(row.error) } : {}) }]
      : [],
  );
}
