import { KeepwordError } from "@keepword/sdk";
import type { InboxFilters } from "./links.ts";

/** The server's answers as this app reads them (contract.md). Times are ISO 8601, sizes bytes, lengths milliseconds. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Newest first. `nextCursor` leads to older ones, `previousCursor` to newer ones; null at the newest. */
export interface MessagePage extends Page<Message> {
  previousCursor: string | null;
}

/** Where a page of a thread begins: at the newest, beyond a cursor, or on both sides of one message. */
export type ThreadPlace = { cursor?: string; newerThan?: string; around?: string };

export interface Me {
  person: { id: string; email: string; name: string | null; hasPassword: boolean; createdAt: string };
  memberships: Membership[];
}

export interface Membership {
  workspace: { id: string; name: string };
  memberId: string;
  role: "owner" | "admin" | "agent";
  /** The channels this member may see; null means all. */
  channelIds: string[] | null;
  permissions: string[];
}

export interface Member {
  id: string;
  name: string | null;
  email: string;
  role: string;
}

export interface Channel {
  id: string;
  provider: string;
  name: string;
  status: string;
}

export interface Label {
  id: string;
  name: string;
  color: LabelColor;
}
export type LabelColor = "grey" | "blue" | "green" | "amber" | "red" | "teal" | "brown";

export interface ContactIdentity {
  kind: string;
  value: string;
}

export interface ContactRef {
  id: string;
  name: string | null;
  isGroup: boolean;
  identities: ContactIdentity[];
}

export interface Contact extends ContactRef {
  attributes: Record<string, unknown>;
  conversationIds: string[];
  createdAt: string;
}

export type ConversationStatus = "open" | "pending" | "snoozed" | "resolved";

export interface Conversation {
  id: string;
  channelId: string;
  contact: ContactRef;
  status: ConversationStatus;
  snoozedUntil: string | null;
  assignee: { id: string } | null;
  /** Label ids. */
  labels: string[];
  unreadCount: number;
  lastMessageAt: string;
  lastMessage: LastMessage | null;
  serviceWindow: { isOpen: boolean; expiresAt: string | null };
}

export type LastMessage = Pick<Message, "id" | "direction" | "type" | "text" | "status"> & {
  authorId: string | null;
  at: string;
};

export interface ConversationChange {
  status?: ConversationStatus;
  /** With status snoozed; null: until they reply. */
  snoozedUntil?: string | null;
  assigneeId?: string | null;
  addLabels?: string[];
  removeLabels?: string[];
}

export interface Counts {
  mine: number;
  unassigned: number;
  all: number;
}

export type Direction = "inbound" | "outbound";
export type MessageStatus = "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
export type MediaKind = "image" | "video" | "audio" | "voice" | "document" | "sticker";

export interface Attachment {
  id: string;
  kind: MediaKind;
  state: "pending" | "stored" | "failed" | "removed";
  mimeType: string | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  fileName: string | null;
  errorCode: string | null;
}

export interface Reaction {
  emoji: string;
  /** A contact's id (`ctc_…`), or a member's or key's for ours. */
  from: string;
  at: string;
}

export interface Message {
  id: string;
  conversationId: string;
  channelId: string;
  contactId: string;
  direction: Direction;
  /** Open: an unknown one is shown as unsupported. */
  type: string;
  text?: string | undefined;
  attachments: Attachment[];
  location?: { latitude: number; longitude: number; name?: string; address?: string; url?: string };
  contacts?: Record<string, unknown>[];
  interactive?: Record<string, unknown>;
  template?: Record<string, unknown>;
  order?: Record<string, unknown>;
  system?: { kind: string; text?: string };
  reactions: Reaction[];
  replyTo?: { messageId: string | null };
  referral?: Record<string, unknown>;
  isForwarded?: boolean;
  author?: { kind: "member" | "api_key" | "phone_app"; id: string | null } | undefined;
  sender?: { contactId: string; name: string | null };
  status: MessageStatus;
  error?: { code: string; providerCode?: string; sentence: string };
  sentAt: string | null;
  receivedAt: string;
  sortAt: string;
  scheduledAt?: string;
  editedAt?: string;
  deletedAt?: string;
  contentDestroyedAt?: string;
  raw?: unknown;
}

export interface Note {
  id: string;
  conversationId: string;
  authorId: string | null;
  text: string | null;
  createdAt: string;
}

export interface Template {
  id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  components: TemplateComponent[];
}

export interface TemplateComponent {
  type: string;
  format?: string;
  text?: string;
  buttons?: { type: string; text: string; url?: string }[];
}

export interface SearchHit {
  message: Message;
  contact: ContactRef;
}

/** A failed call: the server's problem, or code `network` with status 0. Its message is a sentence for people. */
export { KeepwordError as ApiError };

type Query = Record<string, string | number | boolean | undefined>;

let workspaceId: string | undefined;

/** Which of the person's workspaces every following call is about. */
export function selectWorkspace(id: string | undefined): void {
  workspaceId = id;
}

export function withWorkspace(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...query, workspaceId }))
    if (value !== undefined) search.set(key, String(value));
  return `/v1${path}${search.size > 0 ? `?${search.toString()}` : ""}`;
}

/** One call. `idempotencyKey` makes a POST safe to repeat. */
export async function request<T>(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; idempotencyKey?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const response = await fetch(withWorkspace(path, options.query), {
    method,
    ...(options.signal ? { signal: options.signal } : {}),
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.idempotencyKey ? { "idempotency-key": options.idempotencyKey } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new KeepwordError({ code: "network", title: "", status: 0 }, { cause });
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    throw new KeepwordError({ ...problem, status: response.status });
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What the composer sends; the server's NewMessage. */
export type NewMessage = { conversationId: string; replyTo?: string } & (
  | { type: "text"; text: string }
  | { type: "image" | "video" | "document"; attachment: { id: string; caption?: string } }
  | { type: "audio" | "voice" | "sticker"; attachment: { id: string } }
  | { type: "reaction"; reaction: { messageId: string; emoji: string | null } }
  | { type: "template"; template: TemplateFill }
);

export interface TemplateFill {
  name: string;
  language: string;
  header?: TemplateParameter[];
  body?: TemplateParameter[];
  buttons?: { kind: "url"; index: number; suffix: string }[];
}
export type TemplateParameter =
  | { kind: "text"; name?: string; text: string }
  | { kind: "image" | "video" | "document"; attachmentId: string };

const everything = { limit: 100 };
const one = encodeURIComponent;

export const api = {
  me: () => request<Me>("GET", "/me"),
  signOut: () => request<void>("POST", "/sign-out"),
  members: () => request<Page<Member>>("GET", "/members", { query: everything }),
  channels: () => request<Page<Channel>>("GET", "/channels", { query: everything }),
  labels: () => request<Page<Label>>("GET", "/labels", { query: everything }),
  createLabel: (name: string) => request<Label>("POST", "/labels", { body: { name } }),
  conversations: (filters: InboxFilters & { cursor?: string | undefined; limit?: number }) =>
    request<Page<Conversation>>("GET", "/conversations", {
      query: {
        status: filters.status ?? "open",
        assignee: filters.view === "mine" ? "me" : filters.view === "unassigned" ? "none" : undefined,
        channelId: filters.channel,
        label: filters.label,
        q: filters.q,
        cursor: filters.cursor,
        limit: filters.limit ?? 50,
      },
    }),
  counts: () => request<Counts>("GET", "/conversation-counts"),
  conversation: (id: string) => request<Conversation>("GET", `/conversations/${one(id)}`),
  changeConversation: (id: string, change: ConversationChange) =>
    request<Conversation>("PATCH", `/conversations/${one(id)}`, { body: change }),
  /** `unread`: how many of the latest inbound messages stay unread. */
  markRead: (id: string, unread = 0) =>
    request<Conversation>("POST", `/conversations/${one(id)}/read`, { body: { unread } }),
  messages: (conversationId: string, place: ThreadPlace) =>
    request<MessagePage>("GET", `/conversations/${one(conversationId)}/messages`, { query: { ...place, limit: 50 } }),
  message: (id: string) => request<Message>("GET", `/messages/${one(id)}`),
  send: (message: NewMessage, idempotencyKey: string) =>
    request<Message>("POST", "/messages", { body: message, idempotencyKey }),
  notes: (conversationId: string) => request<Page<Note>>("GET", `/conversations/${one(conversationId)}/notes`),
  addNote: (conversationId: string, text: string, idempotencyKey: string) =>
    request<Note>("POST", `/conversations/${one(conversationId)}/notes`, { body: { text }, idempotencyKey }),
  removeNote: (conversationId: string, noteId: string) =>
    request<void>("DELETE", `/conversations/${one(conversationId)}/notes/${one(noteId)}`),
  contacts: (q: string | undefined, cursor?: string) =>
    request<Page<Contact>>("GET", "/contacts", { query: { q, cursor, limit: 50 } }),
  contact: (id: string) => request<Contact>("GET", `/contacts/${one(id)}`),
  renameContact: (id: string, name: string) => request<Contact>("PATCH", `/contacts/${one(id)}`, { body: { name } }),
  /** A link of at most five minutes. */
  mediaLink: (id: string) => request<{ url: string }>("GET", `/media/${one(id)}`),
  templates: (channelId: string) => request<Page<Template>>("GET", "/templates", { query: { channelId, limit: 100 } }),
  search: (q: string, cursor?: string) =>
    request<Page<SearchHit>>("GET", "/search", { query: { q, cursor, limit: 30 } }),
};

/** fetch() cannot report progress of an upload, so this one call uses XMLHttpRequest. */
export function uploadMedia(
  file: Blob,
  fileName: string,
  options: { onProgress: (fraction: number) => void; signal: AbortSignal; isVoice?: boolean },
): Promise<{ id: string; mimeType: string }> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    if (options.isVoice) form.set("kind", "voice");
    form.set("file", file, fileName);
    const xhr = new XMLHttpRequest();
    xhr.open("POST", withWorkspace("/media"));
    xhr.responseType = "json";
    xhr.upload.onprogress = (event) => event.lengthComputable && options.onProgress(event.loaded / event.total);
    xhr.onload = () =>
      xhr.status < 300
        ? resolve(xhr.response as { id: string; mimeType: string })
        : reject(new KeepwordError({ ...(xhr.response as Record<string, unknown> | null), status: xhr.status }));
    xhr.onerror = () => reject(new KeepwordError({ code: "network", title: "", status: 0 }));
    xhr.onabort = () => reject(new DOMException("aborted", "AbortError"));
    options.signal.addEventListener("abort", () => xhr.abort());
    xhr.send(form);
  });
}
