import {
  createKeepword,
  KeepwordError,
  type ContactSummary,
  type InputOf,
  type Label,
  type Message,
  type NewMessage as AnyNewMessage,
  type ResultOf,
} from "@keepword/sdk";
import { listedStatus, type InboxFilters } from "./links.ts";

/** The only way to the server. Shapes are the SDK's, so a change of the API shows here as a type error. */
export { KeepwordError as ApiError };
export type { Attachment, Contact, Conversation, Label, Message, Note, Template } from "@keepword/sdk";

export type ContactRef = ContactSummary;
export type LabelColor = Label["color"];
export type MessageStatus = Message["status"];
export type MessagePage = ResultOf<"message.list">;
export type ConversationChange = Omit<InputOf<"conversation.update">, "id">;
export type ConversationsChange = InputOf<"conversation.update_many">;
export type Me = ResultOf<"me.get">;
export type Membership = Me["memberships"][number];
export type Member = ResultOf<"member.list">["data"][number];
/** With whom, and on which channel. */
export type NewConversation = InputOf<"conversation.create">;
/** What the composer sends. */
export type NewMessage = Extract<AnyNewMessage, { conversationId: string }>;

export type TemplateFill = Extract<NewMessage, { type: "template" }>["template"];

/** Graph's own shape of a part of a template. */
export interface TemplateComponent {
  type: string;
  format?: string;
  text?: string;
  buttons?: { type: string; text: string; url?: string }[];
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Where a page of a thread begins: at the newest, beyond a cursor, or on both sides of one message. */
export type ThreadPlace = { cursor?: string; newerThan?: string; around?: string };

export type Channel = ResultOf<"channel.list">["data"][number];

let workspaceId: string | undefined;

/** Which of the person's workspaces every following call is about. */
export function selectWorkspace(id: string | undefined): void {
  workspaceId = id;
}

export const kw = createKeepword({
  baseUrl: "",
  credentials: "same-origin",
  workspaceId: () => workspaceId,
  maxRetries: 1,
});

const everything = { limit: 100 };

export const api = {
  me: () => kw.call("me.get"),
  signOut: () => kw.call("sign_out.create"),
  members: () => kw.call("member.list", everything),
  channels: () => kw.call("channel.list", everything),
  labels: () => kw.call("label.list"),
  contactAttributes: () => kw.call("contact_attribute.list"),
  createLabel: (name: string) => kw.call("label.create", { name }),
  conversations: (filters: InboxFilters, cursor: string | undefined) =>
    kw.call("conversation.list", {
      status: listedStatus(filters),
      assignee: filters.view === "mine" ? "me" : filters.view === "unassigned" ? "none" : undefined,
      channelId: filters.channel,
      label: filters.label,
      mentioned: filters.mentioned,
      q: filters.q,
      cursor,
      limit: 50,
    }),
  counts: () => kw.call("conversation.counts"),
  conversation: (id: string) => kw.call("conversation.get", { id }),
  openConversation: (wanted: NewConversation) => kw.call("conversation.create", wanted),
  contactChannels: (id: string) => kw.call("contact_channel.list", { id }),
  changeConversation: (id: string, change: ConversationChange) => kw.call("conversation.update", { id, ...change }),
  changeConversations: (change: ConversationsChange) => kw.call("conversation.update_many", change),
  savedReplies: () => kw.call("saved_reply.list"),
  /** `unread`: how many of the latest inbound messages stay unread. */
  markRead: (id: string, unread = 0) => kw.call("conversation.read", { id, unread }),
  messages: (id: string, place: ThreadPlace) => kw.call("message.list", { id, ...place, limit: 50 }),
  message: (id: string): Promise<Message> => kw.call("message.get", { id }),
  send: (message: NewMessage, idempotencyKey: string) => kw.call("message.send", message, { idempotencyKey }),
  /** The same content as a new message. */
  retry: (id: string) => kw.call("message.retry", { id }),
  edit: (id: string, text: string) => kw.call("message.edit", { id, text }),
  /** Deletes one that was sent for everybody; cancels one that waits. */
  takeBack: (id: string) => kw.call("message.cancel", { id }),
  notes: (id: string) => kw.call("note.list", { id }),
  addNote: (id: string, note: { text: string; mentionedIds: string[] }, idempotencyKey: string) =>
    kw.call("note.create", { id, ...note }, { idempotencyKey }),
  removeNote: (id: string, noteId: string) => kw.call("note.remove", { id, noteId }),
  contacts: (q: string | undefined, cursor: string | undefined) => kw.call("contact.list", { q, cursor, limit: 50 }),
  contact: (id: string) => kw.call("contact.get", { id }),
  renameContact: (id: string, name: string) => kw.call("contact.update", { id, name }),
  /** A link of at most five minutes; its path only, so that it is the page's own origin behind any proxy. */
  mediaLink: async (id: string): Promise<{ url: string }> => {
    const { url } = await kw.call("media.get", { id });
    return { url: new URL(url, location.href).pathname };
  },
  templates: (id: string) => kw.call("template.list", { id }),
  syncTemplates: (id: string) => kw.call("template.sync", { id }),
  search: (q: string, cursor: string | undefined) => kw.call("search.list", { q, cursor, limit: 30 }),
};

type Query = Record<string, string | number | boolean | undefined>;

export function withWorkspace(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...query, workspaceId })) {
    if (value !== undefined) search.set(key, String(value));
  }
  return `/v1${path}${search.size > 0 ? `?${search.toString()}` : ""}`;
}

/** A call of an operation that the SDK does not know yet. */
export async function request<T>(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; idempotencyKey?: string } = {},
): Promise<T> {
  const response = await fetch(withWorkspace(path, options.query), {
    method,
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.idempotencyKey ? { "idempotency-key": options.idempotencyKey } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  }).catch((cause: unknown) => {
    throw new KeepwordError({ code: "network", title: "", status: 0 }, { cause });
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    throw new KeepwordError({ ...problem, status: response.status });
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export interface UploadOptions {
  onProgress: (fraction: number) => void;
  signal: AbortSignal;
}

export const uploadMedia = (file: Blob, fileName: string, options: UploadOptions & { kind?: "voice" | "document" }) =>
  upload<ResultOf<"media.upload">>("/media", file, fileName, options);

export const uploadContacts = (file: Blob, fileName: string, options: UploadOptions) =>
  upload<ResultOf<"contact_import.create">>("/contact-imports", file, fileName, options);

/** fetch() cannot report progress of an upload, so this one call uses XMLHttpRequest. */
function upload<R>(path: string, file: Blob, fileName: string, options: UploadOptions & { kind?: string }): Promise<R> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    if (options.kind) form.set("kind", options.kind);
    form.set("file", file, fileName);
    const xhr = new XMLHttpRequest();
    xhr.open("POST", withWorkspace(path));
    xhr.responseType = "json";
    xhr.upload.onprogress = (event) => event.lengthComputable && options.onProgress(event.loaded / event.total);
    xhr.onload = () => {
      if (xhr.status < 300) resolve(xhr.response as R);
      else reject(new KeepwordError({ ...(xhr.response as Record<string, unknown> | null), status: xhr.status }));
    };
    xhr.onerror = () => reject(new KeepwordError({ code: "network", title: "", status: 0 }));
    xhr.onabort = () => reject(new KeepwordError({ code: "aborted", title: "", status: 0 }));
    options.signal.addEventListener("abort", () => xhr.abort());
    xhr.send(form);
  });
}
