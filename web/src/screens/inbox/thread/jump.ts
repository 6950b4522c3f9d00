import { useQuery } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { api, type MessagePage, type ThreadPlace } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";

type ThreadData = InfiniteData<MessagePage, ThreadPlace>;

/** Replaces the loaded part of a thread by the part around one message. */
export async function loadAround(conversationId: string, messageId: string): Promise<void> {
  const place = { around: messageId };
  const page = await api.messages(conversationId, place);
  queryClient.setQueryData<ThreadData>(queries.messages(conversationId).queryKey, {
    pages: [page],
    pageParams: [place],
  });
}

export async function loadNewest(conversationId: string): Promise<void> {
  const page = await api.messages(conversationId, {});
  queryClient.setQueryData<ThreadData>(queries.messages(conversationId).queryKey, { pages: [page], pageParams: [{}] });
}

export function useIsAtNewest(conversationId: string): boolean {
  const key = queries.messages(conversationId).queryKey;
  const data = useQuery<ThreadData>({ queryKey: key as readonly unknown[], enabled: false }).data;
  return data?.pages[0]?.previousCursor === null || data === undefined;
}
