import { useQuery } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { api, type MessagePage, type ThreadPlace } from "../../../api.ts";
import { usePageLoader, type PageLoader } from "../../../pages.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";

type ThreadData = InfiniteData<MessagePage, ThreadPlace>;

async function replace(conversationId: string, place: ThreadPlace): Promise<void> {
  const { queryKey } = queries.messages(conversationId);
  const page = await api.messages(conversationId, place);
  // An answer under way would put the old part back.
  await queryClient.cancelQueries({ queryKey });
  queryClient.setQueryData<ThreadData>(queryKey, { pages: [page], pageParams: [place] });
}

/** Replaces the loaded part of a thread by the part around one message. */
export const loadAround = (conversationId: string, messageId: string): Promise<void> =>
  replace(conversationId, { around: messageId });

export const loadNewest = (conversationId: string): Promise<void> => replace(conversationId, {});

const older = (page: MessagePage): ThreadPlace | undefined =>
  page.nextCursor ? { cursor: page.nextCursor } : undefined;
const newer = (page: MessagePage): ThreadPlace | undefined =>
  page.previousCursor ? { newerThan: page.previousCursor } : undefined;

export function useThreadPages(conversationId: string): { older: PageLoader; newer: PageLoader } {
  const { queryKey } = queries.messages(conversationId);
  const fetchPage = (place: ThreadPlace): Promise<MessagePage> => api.messages(conversationId, place);
  return {
    older: usePageLoader(queryKey, "next", older, fetchPage),
    newer: usePageLoader(queryKey, "previous", newer, fetchPage),
  };
}

export function useIsAtNewest(conversationId: string): boolean {
  const key = queries.messages(conversationId).queryKey;
  const data = useQuery<ThreadData>({ queryKey: key as readonly unknown[], enabled: false }).data;
  return data?.pages[0]?.previousCursor === null || data === undefined;
}
