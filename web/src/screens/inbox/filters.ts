import { useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Conversation } from "../../api.ts";
import type { InboxFilters } from "../../links.ts";
import { queries, type ListFilters } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";

/** The filters of the address, without the message to jump to. One object for as long as nothing changes. */
export function useFilters(): ListFilters {
  const { message: _, ...filters } = useSearch({ strict: false }) as InboxFilters;
  const key = JSON.stringify(filters);
  return useMemo(() => JSON.parse(key) as ListFilters, [key]);
}

export function useConversationId(): string | undefined {
  return (useParams({ strict: false }) as { conversationId?: string }).conversationId;
}

export function loadedConversations(filters: ListFilters): Conversation[] {
  const pages = queryClient.getQueryData(queries.conversations(filters).queryKey)?.pages ?? [];
  return pages.flatMap((page) => page.data);
}

/** The conversation `step` rows away in the list on screen; from nowhere, the first. */
export function neighbour(filters: ListFilters, id: string | undefined, step: 1 | -1): Conversation | undefined {
  const rows = loadedConversations(filters);
  const at = rows.findIndex((row) => row.id === id);
  return at === -1 ? rows[0] : rows[at + step];
}
