// A stored message opened into what the API shows.
import { openContactName } from "../contacts/contact-view.ts";
import { attachmentPlace } from "../media/attachment-places.ts";
import type { Keyring } from "../platform/keyring.ts";
import { tryOpenText } from "../platform/seal.ts";
import { openContent, reactionPlace } from "./message-content.ts";
import { viewError, type StoredError } from "./message-error.ts";
import { statusName } from "./message-status.ts";
import type { ContentPurpose } from "./message.table.ts";
import { openProviderMessageId } from "./provider-message-id.ts";
import type { ReactionKind } from "./write-reactions.ts";
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
  reactions:
    | { actor_id: string; kind: ReactionKind; emoji: string; occurred_at: string; target_index: string }[]
    | null;
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
    (select json_agg(json_build_object('actor_id', x.actor_id, 'kind', x.kind, 'emoji', encode(x.emoji, 'base64'), 'occurred_at', x.occurred_at,
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

export function viewMessage(
  keyring: Keyring,
  purpose: ContentPurpose,
  workspaceId: string,
  row: MessageRow,
): MessageView {
  const stored = openContent(keyring, purpose, { workspaceId, id: row.id, content: row.content });
  const providerMessageId = openProviderMessageId(keyring, workspaceId, row, stored) ?? null;
  const quoted =
    stored && "content" in stored ? stored.context?.replyTo?.providerMessageId : stored?.replyTo?.providerMessageId;
  const reacted = (kind: ReactionKind) =>
    (row.reactions ?? []).flatMap((r) => {
      if (r.kind !== kind) return [];
      const place = reactionPlace(workspaceId, Buffer.from(r.target_index, "hex"), r.actor_id, kind);
      const value = tryOpenText(keyring, place, Buffer.from(r.emoji, "base64"));
      return value === null ? [] : [{ value, from: r.actor_id, at: new Date(r.occurred_at).toISOString() }];
    });
  const reactions = reacted("emoji").map(({ value: emoji, ...rest }) => ({ emoji, ...rest }));
  const content = contentView(row.type, row.deleted_at ? undefined : stored);
  const optional = (name: string, at: Date | null) => (at ? { [name]: at.toISOString() } : {});
  return {
    id: row.id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    contactId: row.contact_id,
    direction: row.direction,
    ...content,
    ...(content.poll ? { poll: withVotes(content.poll, reacted("vote")) } : {}),
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
    // also where the key was destroyed and the row not cleared yet
    ...(row.content_destroyed_at || (row.content && !stored) ? { content: null } : {}),
  };
}

function withVotes(
  poll: NonNullable<MessageView["poll"]>,
  kept: readonly { value: string; from: string; at: string }[],
): NonNullable<MessageView["poll"]> {
  const votes = kept.map(({ value, from, at }) => ({ from, options: JSON.parse(value) as string[], at }));
  const count = (text: string): number => votes.filter(({ options }) => options.includes(text)).length;
  return { ...poll, options: poll.options.map(({ text }) => ({ text, votes: count(text) })), votes };
}

export interface StatusStep {
  status: MessageView["status"];
  at: string;
  error?: MessageView["error"];
}

export type MessageDetail = MessageView & { statuses: StatusStep[] };

/** When it reached which status, lowest first. */
export function statusSteps(row: MessageRow): StatusStep[] {
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
