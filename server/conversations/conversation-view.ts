import { z } from "zod";
import {
  contactView,
  packedIdentities,
  packIdentities,
  viewContact,
  type PackedIdentity,
} from "../contacts/contact-view.ts";
import type { Keyring } from "../platform/keyring.ts";
import { isPassing, openContent } from "../messages/message-content.ts";
import { statusName } from "../messages/message-status.ts";
import { contentView, messageStatuses } from "../messages/message-view.ts";

export const conversationStatuses = ["open", "pending", "snoozed", "resolved"] as const;

const lastMessageView = z.object({
  id: z.string(),
  direction: z.enum(["inbound", "outbound"]),
  type: z.string(),
  text: z.string().optional().describe("First 160 characters; never of a channel that keeps no content."),
  contentDestroyedAt: z.iso.datetime().optional(),
  status: z.enum(messageStatuses),
  authorId: z.string().nullable(),
  at: z.iso.datetime(),
});

export const conversationView = z
  .object({
    id: z.string(),
    channelId: z.string(),
    contact: contactView,
    isRestricted: z
      .boolean()
      .describe("The person's data is not used for now: what they write is kept, and nothing can be sent to them."),
    status: z.enum(conversationStatuses),
    assignee: z.object({ id: z.string() }).nullable().describe("The member it is assigned to."),
    labels: z.array(z.string()).describe("Label ids."),
    inboundCount: z
      .int()
      .describe("Messages received so far. Unread for a member = this, less what the member has read of it."),
    unreadCount: z.int().describe("For the member who asks; 0 for API keys."),
    snoozedUntil: z.iso.datetime().nullable(),
    lastMessageAt: z.iso.datetime().describe("Of one in which nobody wrote yet: when it was made."),
    lastMessage: lastMessageView.nullable(),
    isEmpty: z
      .boolean()
      .describe("Opened to write to somebody, and nothing was written in it or done with it yet: it counts nowhere."),
    serviceWindow: z.object({
      isOpen: z.boolean().describe("Whether free messages are possible now; true where the provider has no window."),
      expiresAt: z.iso.datetime().nullable(),
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Conversation" });
export type ConversationView = z.output<typeof conversationView>;

export interface ConversationRow {
  id: string;
  channel_id: string;
  contact_id: string;
  status: ConversationView["status"];
  assignee_id: string | null;
  snoozed_until: Date | null;
  last_message_at: Date;
  last_inbound_at: Date | null;
  created_at: Date;
  updated_at: Date;
  inbound_count: number;
  is_empty: boolean;
  unread: number;
  labels: string[] | null;
  contact_name: Buffer | null;
  is_group: boolean;
  is_restricted: boolean;
  identities: PackedIdentity[];
  m_id: string | null;
  m_direction: "inbound" | "outbound" | null;
  m_type: string | null;
  m_content: Buffer | null;
  m_destroyed_at: Date | null;
  m_status: number | null;
  m_author_id: string | null;
  m_sort_at: Date | null;
}

/** SQL that is true of a conversation in which somebody wrote, or with which somebody did something (a note, assign, snooze, resolve). */
export const begun = (alias: string): string =>
  `(${alias}.last_message_id is not null or ${alias}.updated_at > ${alias}.created_at)`;
export const isBegun = begun("v");

const columns = (labels: string, identities: string): string =>
  `v.id, v.channel_id, v.contact_id, v.status, v.assignee_id, v.snoozed_until, v.last_message_at,
    v.last_inbound_at, v.created_at, v.updated_at, v.inbound_count, not ${isBegun} as is_empty,
    case when $2::text is null then 0 else greatest(v.inbound_count - coalesce(r.read_count, 0), 0) end as unread,
    ${labels} as labels, c.name as contact_name, c.is_group, c.restricted_at is not null as is_restricted, ${identities} as identities,
    m.id as m_id, m.direction as m_direction, m.type as m_type, m.content as m_content, m.content_destroyed_at as m_destroyed_at, m.status as m_status,
    m.author_id as m_author_id, m.sort_at as m_sort_at`;

/**
 * Everything a row of the list shows, of the conversations `v` by their id; $1 workspace, $2 the member who asks (or null).
 * Look-ups by key, about 20 buffers each.
 */
export const conversationColumns = columns(
  `(select array_agg(l.label_id order by l.label_id) from conversation_label l
      where l.workspace_id = v.workspace_id and l.conversation_id = v.id)`,
  packedIdentities,
);
export const conversationJoins = `join contact c on c.workspace_id = v.workspace_id and c.id = v.contact_id
    left join message m on m.workspace_id = v.workspace_id and m.id = v.last_message_id
    left join member_read r on r.workspace_id = v.workspace_id and r.member_id = $2 and r.conversation_id = v.id`;

/**
 * The same for a page, the `with` query `v`: each table is asked once, for the keys of all. Neighbours of the list are neighbours in
 * these indexes too, so that 50 rows touch about 250 buffers instead of 1,000; where they are not, look-ups of each are as cheap, and its
 * rows come one by one. Only with hash joins: in a nested loop each table would be asked again for every row.
 */
export const pageColumns = columns("l.labels", "coalesce(i.identities, '[]'::json)");
const ofPage = (key: string, values = "id"): string =>
  `workspace_id = $1 and ${key} = any (array(select ${values} from v))`;
export const pageJoins = `join (select * from contact where ${ofPage("id", "contact_id")}) c on c.id = v.contact_id
    left join (select * from message where ${ofPage("id", "last_message_id")}) m on m.id = v.last_message_id
    left join (select * from member_read where member_id = $2 and ${ofPage("conversation_id")}) r on r.conversation_id = v.id
    left join (select conversation_id, array_agg(label_id order by label_id) as labels from conversation_label
      where ${ofPage("conversation_id")} group by conversation_id) l on l.conversation_id = v.id
    left join (select contact_id, ${packIdentities} as identities from contact_identity i
      where ${ofPage("contact_id", "contact_id")} group by contact_id) i on i.contact_id = v.contact_id`;

const PREVIEW_LENGTH = 160;

function preview(frame: ViewFrame, row: ConversationRow): ConversationView["lastMessage"] {
  if (!row.m_id || !row.m_direction || !row.m_sort_at) return null;
  const { keyring, workspaceId } = frame;
  const content =
    frame.keepsNothing(row.channel_id) || (row.m_content && isPassing(keyring, row.m_content)) ? null : row.m_content;
  const stored = openContent(keyring, "inbox", { workspaceId, id: row.m_id, content });
  const { type, text } = contentView(row.m_type ?? "unsupported", stored);
  return {
    id: row.m_id,
    direction: row.m_direction,
    type,
    ...(text === undefined ? {} : { text: text.slice(0, PREVIEW_LENGTH) }),
    ...(row.m_destroyed_at ? { contentDestroyedAt: row.m_destroyed_at.toISOString() } : {}),
    status: statusName(row.m_status ?? 0),
    authorId: row.m_author_id,
    at: row.m_sort_at.toISOString(),
  };
}

export interface ViewFrame {
  keyring: Keyring;
  workspaceId: string;
  nowMs: number;
  /** Hours of the channel's service window; null where there is none. */
  windowHoursOf: (channelId: string) => number | null;
  /** Whether the channel is a pipe: what passes through it is shown in its thread only. */
  keepsNothing: (channelId: string) => boolean;
}

/** When the service window of a conversation closes, from the provider's time of the person's last message. */
export function serviceWindow(
  lastInboundAt: Date | null,
  windowHours: number | null,
  nowMs: number,
): ConversationView["serviceWindow"] {
  if (windowHours === null) return { isOpen: true, expiresAt: null };
  if (!lastInboundAt) return { isOpen: false, expiresAt: null };
  const expiresMs = lastInboundAt.getTime() + windowHours * 3_600_000;
  return { isOpen: expiresMs > nowMs, expiresAt: new Date(expiresMs).toISOString() };
}

export function viewConversation(frame: ViewFrame, row: ConversationRow): ConversationView {
  const { keyring, workspaceId } = frame;
  return {
    id: row.id,
    channelId: row.channel_id,
    contact: viewContact(keyring, workspaceId, {
      id: row.contact_id,
      name: row.contact_name,
      isGroup: row.is_group,
      identities: row.identities,
    }),
    isRestricted: row.is_restricted,
    status: row.status,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id },
    labels: row.labels ?? [],
    inboundCount: Number(row.inbound_count),
    unreadCount: Number(row.unread),
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    lastMessageAt: row.last_message_at.toISOString(),
    lastMessage: preview(frame, row),
    isEmpty: row.is_empty,
    serviceWindow: serviceWindow(row.last_inbound_at, frame.windowHoursOf(row.channel_id), frame.nowMs),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
