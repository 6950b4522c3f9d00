import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { queryClient } from "./query-client.ts";

/**
 * Puts one more page at an end of a cached list. Unlike a query's own fetchNextPage it adds to what the cache holds when the
 * page arrives, so that what the stream wrote meanwhile is not lost. A list that was replaced meanwhile is left alone.
 */
async function loadPage<P extends { data: { id: string }[] }, Param>(
  queryKey: QueryKey,
  end: "next" | "previous",
  paramOf: (page: P) => Param | undefined,
  fetchPage: (param: Param) => Promise<P>,
): Promise<void> {
  type List = InfiniteData<P, Param>;
  const edgeOf = (list: List | undefined): P | undefined => (end === "next" ? list?.pages.at(-1) : list?.pages[0]);
  const edge = edgeOf(queryClient.getQueryData<List>(queryKey));
  const param = edge && paramOf(edge);
  if (param === undefined) return;
  const page = await fetchPage(param);
  queryClient.setQueryData<List>(queryKey, (list) => {
    const now = edgeOf(list);
    if (!list || !now || JSON.stringify(paramOf(now)) !== JSON.stringify(param)) return list;
    const known = new Set(list.pages.flatMap((one) => one.data.map((item) => item.id)));
    const added = { ...page, data: page.data.filter((item) => !known.has(item.id)) };
    return end === "next"
      ? { pages: [...list.pages, added], pageParams: [...list.pageParams, param] }
      : { pages: [added, ...list.pages], pageParams: [param, ...list.pageParams] };
  });
}

export interface PageLoader {
  isLoading: boolean;
  error: unknown;
  /** Does nothing while a page is under way, or after a failure until `retry`. */
  load: () => void;
  retry: () => void;
}

export function usePageLoader<P extends { data: { id: string }[] }, Param>(
  queryKey: QueryKey,
  end: "next" | "previous",
  paramOf: (page: P) => Param | undefined,
  fetchPage: (param: Param) => Promise<P>,
): PageLoader {
  const id = JSON.stringify(queryKey);
  const [state, setState] = useState<{ id: string; isLoading: boolean; error: unknown }>({
    id,
    isLoading: false,
    error: null,
  });
  const own = state.id === id ? state : { id, isLoading: false, error: null };
  const run = (): void => {
    setState({ id, isLoading: true, error: null });
    loadPage(queryKey, end, paramOf, fetchPage).then(
      () => setState((now) => (now.id === id ? { id, isLoading: false, error: null } : now)),
      (error: unknown) => setState((now) => (now.id === id ? { id, isLoading: false, error } : now)),
    );
  };
  const load = useCallback(() => {
    if (!own.isLoading && own.error === null) run();
    // Everything that run reads is told by the key and by these two.
  }, [id, own.isLoading, own.error]);
  return { isLoading: own.isLoading, error: own.error, load, retry: run };
}
