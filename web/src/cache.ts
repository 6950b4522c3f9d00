import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, Message, MessagePage, MessageStatus, Page, ThreadPlace } from "./api.ts";
import { listedStatus } from "./links.ts";
import { currentMembership } from "./membership.ts";
import { queries, type ListFilters } from "./queries.ts";
import { queryClient } from "./query-client.ts";

/** Writes what the stream and our own commands learned into every cached answer that shows it. */

type ThreadData = InfiniteData<MessagePage, ThreadPlace>;
type ListData = InfiniteData<Page<Conversation>, string | undefined>;

const isBefore = (a: Message, b: Message): boolean => a.sortAt < b.sortAt || (a.sortAt === b.sortAt && a.id < b.id);

/** No line of a thread: it changes another message. */
export const isAboutAnother = ({ type }: Pick<Message, "type">): boolean =>
  type === "reaction" || type === "edit" || type === "delete";

/** Adds a message or replaces it; a thread that shows an older part is left alone. */
export function putMessage(message: Message): void {
  queryClient.setQueryData<ThreadData>(queries.messages(message.conversationId).queryKey, (thread) => {
    if (!thread) return thread;
    let isKnown = false;
    const pages = thread.pages.map((page) => {
      if (!page.data.some((one) => one.id === message.id)) return page;
      isKnown = true;
      return { ...page, data: page.data.map((one) => (one.id === message.id ? message : one)) };
    });
    if (isKnown) return { ...thread, pages };
    const newest = pages[0];
    if (!newest || newest.previousCursor !== null || isAboutAnother(message)) return thread;
    const at = newest.data.findIndex((one) => isBefore(one, message));
    const place = at === -1 ? newest.data.length : at;
    const data = [...newest.data.slice(0, place), message, ...newest.data.slice(place)];
    return { ...thread, pages: [{ ...newest, data }, ...pages.slice(1)] };
  });
  queryClient.setQueryData(queries.message(message.id).queryKey, (known) => (known ? message : known));
}

const lattice: readonly MessageStatus[] = ["received", "queued", "sent", "failed", "delivered", "read", "played"];

/** Raises a status, never lowers it: events of several tabs and answers may cross. */
export function putStatus(id: string, conversationId: string | undefined, status: MessageStatus): void {
  const known = findMessage(id);
  if (known && lattice.indexOf(status) > lattice.indexOf(known.status)) putMessage({ ...known, status });
  const conversation = conversationId ? findConversation(conversationId) : undefined;
  const last = conversation?.lastMessage;
  if (conversation && last?.id === id && lattice.indexOf(status) > lattice.indexOf(last.status)) {
    putConversation({ ...conversation, lastMessage: { ...last, status } });
  }
}

/** A conversation as the stream shows it to everyone: without what one member has read. */
export type SharedConversation = Omit<Conversation, "unreadCount"> & { inboundCount?: number };

/** Adds this member's unread count from what is known of their reading; undefined when nothing is known. */
export function withUnread(shared: SharedConversation, readCount: number | undefined): Conversation | undefined {
  const known = findConversation(shared.id) as (Conversation & { inboundCount?: number }) | undefined;
  const inbound = shared.inboundCount;
  if (inbound === undefined) return undefined;
  const read = readCount ?? (known?.inboundCount === undefined ? undefined : known.inboundCount - known.unreadCount);
  return read === undefined ? undefined : { ...shared, unreadCount: Math.max(0, inbound - read) };
}

/** A send was accepted: its bubble becomes the real one, and its conversation the first of the list. */
export function settleSend(message: Message): void {
  putMessage(message);
  if (isAboutAnother(message)) return;
  const known = queryClient.getQueryData(queries.conversation(message.conversationId).queryKey);
  if (!known) return;
  putConversation({
    ...known,
    isEmpty: false,
    lastMessageAt: message.sortAt > known.lastMessageAt ? message.sortAt : known.lastMessageAt,
    lastMessage: {
      id: message.id,
      direction: message.direction,
      type: message.type,
      // what passes through a channel that keeps nothing is in no list
      text: keepsNothing(message.channelId) ? undefined : message.text,
      status: message.status,
      authorId: message.author?.id ?? null,
      at: message.sortAt,
    },
  });
}

function keepsNothing(channelId: string): boolean {
  const channels = queryClient.getQueryData(queries.channels().queryKey)?.data ?? [];
  return channels.some((channel) => channel.id === channelId && channel.contentMode === "metadata-only");
}

export function myMemberId(): string | undefined {
  return currentMembership(queryClient.getQueryData(queries.me().queryKey))?.memberId;
}

/** Whether a conversation belongs in a list; null when only the server can tell. */
function matches(conversation: Conversation, filters: ListFilters): boolean | null {
  const status = listedStatus(filters);
  // in which nothing happened yet: found by who looks for it
  if (conversation.isEmpty && !filters.label && !filters.q && !filters.mentioned) return false;
  if (status && conversation.status !== status) return false;
  if (filters.channel && conversation.channelId !== filters.channel) return false;
  if (filters.label && !conversation.labels.includes(filters.label)) return false;
  if (filters.view === "mine" && conversation.assignee?.id !== myMemberId()) return false;
  if (filters.view === "unassigned" && conversation.assignee !== null) return false;
  return filters.q || filters.mentioned ? null : true;
}

const listOrder = (a: Conversation, b: Conversation): number =>
  a.lastMessageAt === b.lastMessageAt ? (a.id < b.id ? 1 : -1) : a.lastMessageAt < b.lastMessageAt ? 1 : -1;

function place(list: ListData, conversation: Conversation, belongs: boolean | null): ListData {
  const isShown = list.pages.some((page) => page.data.some((row) => row.id === conversation.id));
  const without = list.pages.map((page) => ({ ...page, data: page.data.filter((row) => row.id !== conversation.id) }));
  if (belongs === false || (belongs === null && !isShown)) return isShown ? { ...list, pages: without } : list;
  const target = without.findIndex((page, index) => {
    const last = page.data.at(-1);
    return (last && listOrder(conversation, last) < 0) || index === without.length - 1;
  });
  // Beyond what is loaded it comes with its own page.
  const lastPage = without.at(-1);
  const lastRow = lastPage?.data.at(-1);
  if (lastPage?.nextCursor && lastRow && listOrder(conversation, lastRow) > 0) return { ...list, pages: without };
  const pages = without.map((page, index) =>
    index === target ? { ...page, data: [...page.data, conversation].sort(listOrder) } : page,
  );
  return { ...list, pages };
}

export function putConversation(conversation: Conversation): void {
  queryClient.setQueryData(queries.conversation(conversation.id).queryKey, conversation);
  for (const [key, list] of queryClient.getQueriesData<ListData>({ queryKey: ["conversations"] })) {
    if (list)
      queryClient.setQueryData<ListData>(key, place(list, conversation, matches(conversation, key[1] as ListFilters)));
  }
}

export function findConversation(id: string): Conversation | undefined {
  const own = queryClient.getQueryData(queries.conversation(id).queryKey);
  if (own) return own;
  for (const [, list] of queryClient.getQueriesData<ListData>({ queryKey: ["conversations"] })) {
    const row = list?.pages.flatMap((page) => page.data).find((one) => one.id === id);
    if (row) return row;
  }
  return undefined;
}

/** Removes every trace of a person from memory. Answers with the conversations that were theirs. */
export function forgetContact(contactId: string): string[] {
  const gone = new Set<string>();
  for (const query of queryClient.getQueryCache().findAll({ queryKey: ["conversation"] })) {
    const conversation = query.state.data as Conversation | undefined;
    if (conversation?.contact.id === contactId) gone.add(conversation.id);
  }
  for (const [, list] of queryClient.getQueriesData<ListData>({ queryKey: ["conversations"] })) {
    for (const row of list?.pages.flatMap((page) => page.data) ?? [])
      if (row.contact.id === contactId) gone.add(row.id);
  }
  // What is on screen is emptied and asked for again: to remove it from memory alone would leave it on screen.
  for (const name of ["conversations", "contacts", "search"]) void queryClient.resetQueries({ queryKey: [name] });
  void queryClient.resetQueries({ queryKey: ["contact", contactId] });
  for (const id of gone) {
    void queryClient.resetQueries({ queryKey: ["conversation", id] });
    for (const name of ["messages", "notes"]) queryClient.removeQueries({ queryKey: [name, id] });
  }
  // Answers that may hold a line or a link of theirs are dropped whole.
  for (const name of ["media", "message"]) queryClient.removeQueries({ queryKey: [name] });
  return [...gone];
}

/** A message from any thread in memory. */
export function findMessage(id: string): Message | undefined {
  for (const [, thread] of queryClient.getQueriesData<ThreadData>({ queryKey: ["messages"] })) {
    for (const page of thread?.pages ?? []) {
      const hit = page.data.find((message) => message.id === id);
      if (hit) return hit;
    }
  }
  return queryClient.getQueryData(queries.message(id).queryKey);
}

/** A name everywhere it is shown. */
export function renameContact(contactId: string, name: string | null): void {
  const rename = <C extends { id: string; name: string | null }>(contact: C): C =>
    contact.id === contactId ? { ...contact, name } : contact;
  queryClient.setQueriesData<Conversation>(
    { queryKey: ["conversation"] },
    (one) => one && { ...one, contact: rename(one.contact) },
  );
  queryClient.setQueriesData<ListData>(
    { queryKey: ["conversations"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          data: page.data.map((row) => ({ ...row, contact: rename(row.contact) })),
        })),
      },
  );
  queryClient.setQueryData(queries.contact(contactId).queryKey, (contact) => contact && rename(contact));
}

/** Not there any more, or no longer ours to see. */
export function removeConversation(id: string): void {
  queryClient.setQueriesData<ListData>(
    { queryKey: ["conversations"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, data: page.data.filter((row) => row.id !== id) })),
      },
  );
  for (const name of ["messages", "notes"]) queryClient.removeQueries({ queryKey: [name, id] });
  void queryClient.invalidateQueries({ queryKey: ["conversation", id] });
}
