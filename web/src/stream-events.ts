import { api, ApiError, type Message, type MessageStatus } from "./api.ts";
import {
  findConversation,
  forgetContact,
  putConversation,
  putMessage,
  putStatus,
  removeConversation,
  withUnread,
  type SharedConversation,
} from "./cache.ts";
import { queries } from "./queries.ts";
import { queryClient } from "./query-client.ts";

export type StreamMessage =
  | { kind: "state"; state: "open" | "waiting" }
  | { kind: "event"; id: string | undefined; type: string; data: unknown };

/** What an event says: ids, and what they mean now; null when that is gone. */
interface Said {
  messageId?: string;
  conversationId?: string;
  contactId?: string;
  message?: Message | null;
  /** A tick is all that changed. */
  status?: MessageStatus;
  /** Everyone's view: what this member has read is worked out here. */
  conversation?: SharedConversation | null;
  /** Only in events about this member's own reading. */
  readCount?: number;
}

/** Parts of the app that keep something of a person in memory register here what an erasure must take. */
const onErased: ((conversationIds: readonly string[]) => void)[] = [];
export function whenErased(forget: (conversationIds: readonly string[]) => void): void {
  onErased.push(forget);
}
/** What a message waits for before it may appear, so that our own send and its echo never show twice. */
let settledSends: (conversationId: string) => Promise<void> = () => Promise.resolve();
export function waitForSends(settled: (conversationId: string) => Promise<void>): void {
  settledSends = settled;
}

const flushMs = 40;
/** Beyond this many at once, asking for whole lists is cheaper than for single rows. */
const most = 30;
const messageIds = new Map<string, string | undefined>();
const conversationIds = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function later(): void {
  timer ??= setTimeout(() => void flush(), flushMs);
}

const has = (key: readonly unknown[]): boolean => queryClient.getQueryState(key) !== undefined;

async function flush(): Promise<void> {
  timer = undefined;
  const messages = [...messageIds];
  const conversations = [...conversationIds];
  messageIds.clear();
  conversationIds.clear();
  if (messages.length + conversations.length > most) {
    for (const name of ["messages", "conversations", "conversation"])
      void queryClient.invalidateQueries({ queryKey: [name] });
  } else {
    await Promise.all([
      ...messages.map(([id, place]) => refreshMessage(id, place)),
      ...conversations.map(refreshConversation),
    ]);
  }
  countLater();
}

const gone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

async function refreshMessage(id: string, conversationId: string | undefined): Promise<void> {
  if (conversationId && !has(queries.messages(conversationId).queryKey) && !has(queries.message(id).queryKey)) return;
  try {
    const message: Message = await api.message(id);
    await settledSends(message.conversationId);
    putMessage(message);
  } catch (error) {
    if (!gone(error)) void queryClient.invalidateQueries({ queryKey: ["messages", conversationId] });
  }
}

async function refreshConversation(id: string): Promise<void> {
  try {
    const conversation = await api.conversation(id);
    // an answer that is still on its way is older
    await queryClient.cancelQueries({ queryKey: queries.conversation(id).queryKey });
    putConversation(conversation);
  } catch (error) {
    if (gone(error)) removeConversation(id);
  }
}

const dropped: Record<string, readonly string[]> = {
  channel: ["channels", "channel", "uptime", "incidents"],
  session: ["channels", "channel"],
  label: ["labels"],
  saved_reply: ["saved-replies"],
  contact_attribute: ["contact-attributes"],
  special_category: ["special-categories"],
  member: ["members", "me"],
  invitation: ["invitations"],
  workspace: ["me"],
  template: ["templates"],
  api_key: ["api-keys"],
  webhook_endpoint: ["webhook-endpoints"],
};

function applyMessage(said: Said): void {
  const { message, messageId, conversationId, status } = said;
  if (message) void settledSends(message.conversationId).then(() => putMessage(message));
  else if (messageId && status) putStatus(messageId, conversationId, status);
  else if (messageId && message !== null) {
    messageIds.set(messageId, conversationId);
    later();
  }
}

function applyConversation(said: Said): void {
  const { conversation, conversationId, readCount } = said;
  if (!conversationId || conversation === null) return;
  if (conversation) {
    const whole = withUnread(conversation, readCount);
    if (whole) {
      putConversation(whole);
      return countLater();
    }
  } else if (readCount === undefined && said.message !== undefined) {
    // The same burst carries the conversation with its last event.
    return;
  }
  conversationIds.add(conversationId);
  later();
}

/** Brings one event into the caches; an unknown type is ignored. */
export function applyEvent(event: Extract<StreamMessage, { kind: "event" }>): void {
  const said = (event.data ?? {}) as Said;
  const [noun = ""] = event.type.split(".");
  if (event.type === "reset") return void queryClient.invalidateQueries();
  if (event.type === "contact.erased" && said.contactId) {
    const theirs = forgetContact(said.contactId);
    for (const forget of onErased) forget(theirs);
    return countLater();
  }
  // neither is in the list of a pipe, and threads show what is left
  if (event.type.startsWith("channel.content_")) clearLater();
  if (noun === "message" || noun === "attachment") {
    applyMessage(said);
    if (noun === "message" && said.status === undefined) applyConversation(said);
    else if (said.conversation) applyConversation(said);
    return;
  }
  // a contact names its conversations
  if (event.type === "conversation.created" && said.contactId)
    void queryClient.invalidateQueries({ queryKey: ["contact", said.contactId] });
  if (noun === "conversation") return applyConversation(said);
  if (noun === "note" && said.conversationId) {
    // it may mention somebody, and in one that was empty it is the first that was done
    if (findConversation(said.conversationId)?.isEmpty !== false) {
      conversationIds.add(said.conversationId);
      later();
    }
    countLater();
    return void queryClient.invalidateQueries(queries.notes(said.conversationId));
  }
  if (noun === "contact" && said.contactId) {
    void queryClient.invalidateQueries({ queryKey: ["contact", said.contactId] });
    void queryClient.invalidateQueries({ queryKey: ["contacts"] });
    for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: ["conversation"] })) {
      const id = String(queryKey[1]);
      // one that is on its way may be about them
      if ((findConversation(id)?.contact.id ?? said.contactId) === said.contactId) conversationIds.add(id);
    }
    if (conversationIds.size > 0) later();
    return;
  }
  for (const name of dropped[noun] ?? []) void queryClient.invalidateQueries({ queryKey: [name] });
}

let clearTimer: ReturnType<typeof setTimeout> | undefined;

/** A sweep says page by page that content went; what is shown is read again once. */
function clearLater(): void {
  clearTimer ??= setTimeout(() => {
    clearTimer = undefined;
    for (const name of ["messages", "message", "conversations", "conversation"])
      void queryClient.invalidateQueries({ queryKey: [name] });
  }, 1_000);
}

let countTimer: ReturnType<typeof setTimeout> | undefined;

/** Counts are asked for once a burst, not once an event. */
function countLater(): void {
  countTimer ??= setTimeout(() => {
    countTimer = undefined;
    void queryClient.invalidateQueries(queries.counts());
  }, 1_000);
}

/** What was read before the stream began may have changed unseen: read it again. */
export function refreshStale(openedAt: number): void {
  for (const name of ["conversations", "messages", "counts", "notes", "conversation"]) {
    void queryClient.invalidateQueries({
      queryKey: [name],
      predicate: (query) => query.state.dataUpdatedAt > 0 && query.state.dataUpdatedAt < openedAt - 50,
    });
  }
}
