import { api, ApiError, type Conversation, type Message } from "./api.ts";
import { forgetContact, putConversation, putMessage, removeConversation } from "./cache.ts";
import { queries } from "./queries.ts";
import { queryClient } from "./query-client.ts";

export type StreamMessage =
  | { kind: "state"; state: "open" | "waiting" }
  | { kind: "event"; id: string | undefined; type: string; data: unknown };

interface Ids {
  messageId?: string;
  conversationId?: string;
  contactId?: string;
  channelId?: string;
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
  void queryClient.invalidateQueries(queries.counts());
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
    putConversation(await api.conversation(id));
  } catch (error) {
    if (gone(error)) removeConversation(id);
  }
}

const dropped: Record<string, readonly string[]> = {
  channel: ["channels", "channel"],
  session: ["channels", "channel"],
  label: ["labels"],
  member: ["members", "me"],
  invitation: ["invitations"],
  workspace: ["me"],
  template: ["templates"],
  api_key: ["api-keys"],
  webhook_endpoint: ["webhook-endpoints"],
};

/** Brings one event into the caches. Ids are all it needs; an unknown type is ignored. */
export function applyEvent(event: Extract<StreamMessage, { kind: "event" }>): void {
  const outer = (event.data ?? {}) as Ids & { data?: Ids };
  const ids: Ids = { ...outer, ...outer.data };
  const [noun = ""] = event.type.split(".");
  if (event.type === "reset") return void queryClient.invalidateQueries();
  if (event.type === "contact.erased" && ids.contactId) {
    const theirs = forgetContact(ids.contactId);
    for (const forget of onErased) forget(theirs);
    return;
  }
  if (noun === "message" || noun === "attachment") {
    if (ids.messageId) messageIds.set(ids.messageId, ids.conversationId);
    if (ids.conversationId && noun === "message") conversationIds.add(ids.conversationId);
    return later();
  }
  if (noun === "conversation" && ids.conversationId) {
    conversationIds.add(ids.conversationId);
    return later();
  }
  if (noun === "note" && ids.conversationId)
    return void queryClient.invalidateQueries(queries.notes(ids.conversationId));
  if (noun === "contact" && ids.contactId) {
    void queryClient.invalidateQueries({ queryKey: ["contact", ids.contactId] });
    void queryClient.invalidateQueries({ queryKey: ["contacts"] });
    for (const query of queryClient.getQueryCache().findAll({ queryKey: ["conversation"] })) {
      const conversation = query.state.data as Conversation | undefined;
      if (conversation?.contact.id === ids.contactId) conversationIds.add(conversation.id);
    }
    if (conversationIds.size > 0) later();
    return;
  }
  for (const name of dropped[noun] ?? []) void queryClient.invalidateQueries({ queryKey: [name] });
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
