import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { InboxFilters } from "./links.ts";

/** Every cached answer and its key; the stream patches and drops them by these keys. */
export const queries = {
  me: () => queryOptions({ queryKey: ["me"], queryFn: () => api.me() }),
  members: () => queryOptions({ queryKey: ["members"], queryFn: () => api.members() }),
  channels: () => queryOptions({ queryKey: ["channels"], queryFn: () => api.channels() }),
  labels: () => queryOptions({ queryKey: ["labels"], queryFn: () => api.labels() }),
  conversations: (filters: Omit<InboxFilters, "message">) =>
    infiniteQueryOptions({
      queryKey: ["conversations", filters],
      queryFn: ({ pageParam }) => api.conversations({ ...filters, cursor: pageParam }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
};
