import type { InboxFilters } from "./links.ts";

/** The server's answers as this app reads them (contract.md). Times are ISO 8601, sizes bytes, lengths milliseconds. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface Person {
  id: string;
  name: string;
  email: string;
}

export interface Me {
  person: Person;
  workspace: { id: string; name: string } | null;
  workspaces: { id: string; name: string; role: string }[];
  role: "owner" | "admin" | "agent";
}

export interface Member {
  id: string;
  name: string;
  email?: string;
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
  color: string;
}

export interface ContactIdentity {
  kind: string;
  value: string;
}

export interface ContactRef {
  id: string;
  name: string | null;
  identities: ContactIdentity[];
}

export interface Contact extends ContactRef {
  attributes?: Record<string, string>;
  createdAt: string;
}

export type ConversationStatus = "open" | "snoozed" | "resolved";

export interface Conversation {
  id: string;
  channelId: string;
  contact: ContactRef;
  status: ConversationStatus;
  snoozedUntil?: string | null;
  assignee: { id: string; name: string } | null;
  labels: Label[];
  unreadCount: number;
  lastMessageAt: string | null;
  lastMessage: {
    direction: Direction;
    type: string;
    text?: string;
    status?: MessageStatus;
    authorName?: string;
  } | null;
  serviceWindow: { isOpen: boolean; expiresAt: string | null } | null;
}

export type Direction = "inbound" | "outbound";
export type MessageStatus = "received" | "queued" | "sent" | "delivered" | "read" | "played" | "failed";

export interface Attachment {
  id: string;
  kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
  mimeType: string;
  fileName?: string;
  bytes?: number;
  width?: number;
  height?: number;
  durationMs?: number;
  waveform?: number[];
  state: "pending" | "stored" | "failed" | "refused";
  url?: string;
}

export interface Reaction {
  emoji: string;
  from: "contact" | "us";
  at: string;
}

export interface Quote {
  id: string | null;
  type?: string;
  text?: string;
  direction?: Direction;
}

export interface Message {
  id: string;
  conversationId: string;
  channelId: string;
  direction: Direction;
  type: string;
  text?: string;
  attachments: Attachment[];
  location?: { latitude: number; longitude: number; name?: string; address?: string };
  contacts?: { name: string; phones: string[]; emails?: string[]; organization?: string }[];
  interactive?: Record<string, unknown>;
  template?: Record<string, unknown>;
  order?: { items: { productId: string; quantity: number; price?: number; currency?: string }[]; text?: string };
  reactions: Reaction[];
  replyTo?: Quote;
  referral?: { headline?: string; body?: string; sourceUrl?: string; sourceType?: string };
  isForwarded?: boolean;
  status: MessageStatus;
  error?: { code: string; title: string; providerCode?: string };
  sentAt: string;
  receivedAt?: string;
  editedAt?: string | null;
  deletedAt?: string | null;
  author?: { id: string; name: string } | null;
  raw?: unknown;
}

/** A failed call, in the words of the server's problem+json. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly trace: string | undefined;
  readonly fields: Record<string, string>;
  constructor(
    status: number,
    body: { code?: string; detail?: string; title?: string; trace?: string; fields?: Record<string, string> },
  ) {
    super(body.detail ?? body.title ?? "");
    this.status = status;
    this.code = body.code ?? (status === 0 ? "network" : "unknown");
    this.trace = body.trace;
    this.fields = body.fields ?? {};
  }
}

type Query = Record<string, string | number | boolean | undefined>;

/** One call. `idempotencyKey` makes a POST safe to repeat. */
export async function request<T>(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; idempotencyKey?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(options.query ?? {}))
    if (value !== undefined) query.set(key, String(value));
  const isForm = options.body instanceof FormData;
  const response = await fetch(`/v1${path}${query.size > 0 ? `?${query}` : ""}`, {
    method,
    ...(options.signal ? { signal: options.signal } : {}),
    headers: {
      ...(options.body !== undefined && !isForm ? { "content-type": "application/json" } : {}),
      ...(options.idempotencyKey ? { "idempotency-key": options.idempotencyKey } : {}),
    },
    ...(options.body === undefined ? {} : { body: isForm ? (options.body as FormData) : JSON.stringify(options.body) }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, {});
  });
  if (!response.ok) throw new ApiError(response.status, (await response.json().catch(() => ({}))) as { code?: string });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  me: () => request<Me>("GET", "/me"),
  signOut: () => request<void>("DELETE", "/login"),
  members: () => request<Page<Member>>("GET", "/members", { query: { limit: 100 } }),
  channels: () => request<Page<Channel>>("GET", "/channels", { query: { limit: 100 } }),
  labels: () => request<Page<Label>>("GET", "/labels", { query: { limit: 100 } }),
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
};
