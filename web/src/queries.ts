import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type ThreadPlace } from "./api.ts";
import type { InboxFilters } from "./links.ts";

export type ListFilters = Omit<InboxFilters, "message">;

const firstPage = undefined as string | undefined;

/** Every cached answer and its key; the stream patches and drops them by these keys. */
export const queries = {
  me: () => queryOptions({ queryKey: ["me"], queryFn: () => api.me() }),
  members: () => queryOptions({ queryKey: ["members"], queryFn: () => api.members() }),
  channels: () => queryOptions({ queryKey: ["channels"], queryFn: () => api.channels() }),
  savedReplies: () => queryOptions({ queryKey: ["saved-replies"], queryFn: () => api.savedReplies() }),
  labels: () => queryOptions({ queryKey: ["labels"], queryFn: () => api.labels() }),
  contactAttributes: () => queryOptions({ queryKey: ["contact-attributes"], queryFn: () => api.contactAttributes() }),
  conversations: (filters: ListFilters) =>
    infiniteQueryOptions({
      queryKey: ["conversations", filters],
      queryFn: ({ pageParam }) => api.conversations(filters, pageParam),
      initialPageParam: firstPage,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  conversation: (id: string) => queryOptions({ queryKey: ["conversation", id], queryFn: () => api.conversation(id) }),
  counts: () => queryOptions({ queryKey: ["counts"], queryFn: () => api.counts() }),
  messages: (conversationId: string) =>
    infiniteQueryOptions({
      queryKey: ["messages", conversationId],
      queryFn: ({ pageParam }) => api.messages(conversationId, pageParam),
      initialPageParam: {} as ThreadPlace,
      getNextPageParam: (page): ThreadPlace | undefined => (page.nextCursor ? { cursor: page.nextCursor } : undefined),
      getPreviousPageParam: (page): ThreadPlace | undefined =>
        page.previousCursor ? { newerThan: page.previousCursor } : undefined,
    }),
  message: (id: string) => queryOptions({ queryKey: ["message", id], queryFn: () => api.message(id) }),
  notes: (conversationId: string) =>
    queryOptions({ queryKey: ["notes", conversationId], queryFn: () => api.notes(conversationId) }),
  contact: (id: string) => queryOptions({ queryKey: ["contact", id], queryFn: () => api.contact(id) }),
  /** The channels on which a contact can be written to; a channel that changes is no news of the contact. */
  reach: (contactId: string) =>
    queryOptions({
      queryKey: ["contact", contactId, "channels"],
      queryFn: () => api.contactChannels(contactId),
      staleTime: 0,
    }),
  contacts: (q: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ["contacts", q ?? ""],
      queryFn: ({ pageParam }) => api.contacts(q, pageParam),
      initialPageParam: firstPage,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  /** Links live five minutes; asked anew after four, and never kept longer. */
  mediaLink: (id: string) =>
    queryOptions({
      queryKey: ["media", id],
      queryFn: () => api.mediaLink(id),
      staleTime: 4 * 60_000,
      gcTime: 4 * 60_000,
    }),
  templates: (channelId: string) =>
    queryOptions({ queryKey: ["templates", channelId], queryFn: () => api.templates(channelId) }),
  search: (q: string) =>
    infiniteQueryOptions({
      queryKey: ["search", q],
      queryFn: ({ pageParam }) => api.search(q, pageParam),
      initialPageParam: firstPage,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 10_000,
    }),
};
