import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api, type Conversation, type Page } from "../../../api.ts";
import { usePageLoader } from "../../../pages.ts";
import { usePrefs } from "../../../prefs.ts";
import { queries, type ListFilters } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { QueryError } from "../../shell/route-states.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { ListEmpty } from "./list-empty.tsx";
import { selectThrough, toggleSelected, useSelection } from "./selection.ts";

/** Warms what opening the row will need; a cached answer costs nothing. */
function prefetch(conversationId: string): void {
  void queryClient.prefetchInfiniteQuery(queries.messages(conversationId));
  void queryClient.prefetchQuery(queries.notes(conversationId));
}

const nextCursor = (page: Page<Conversation>): string | undefined => page.nextCursor ?? undefined;

export function ConversationList({
  filters,
  selectedId,
  onSearchMessages,
}: {
  filters: ListFilters;
  selectedId: string | undefined;
  onSearchMessages: () => void;
}) {
  const list = useInfiniteQuery(queries.conversations(filters));
  const { ids: picked, isPicking } = useSelection();
  const rowHeight = usePrefs().rows === "compact" ? 48 : 68;
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    overscan: 6,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const { hasNextPage } = list;
  const more = usePageLoader(queries.conversations(filters).queryKey, "next", nextCursor, (cursor) =>
    api.conversations(filters, cursor),
  );
  useEffect(() => {
    if (hasNextPage && lastShown >= rows.length - 10) more.load();
  }, [hasNextPage, lastShown, rows.length, more.load]);

  // The first rows are the likeliest to be opened: with the first sign of a person, they and their screen are fetched.
  const isLoaded = rows.length > 0;
  useEffect(() => {
    if (!isLoaded) return;
    const stop = new AbortController();
    const warm = (): void => {
      stop.abort();
      void import("../conversation-screen.tsx");
      for (const row of rows.slice(0, 3)) prefetch(row.id);
    };
    for (const sign of ["pointermove", "keydown", "touchstart"]) {
      window.addEventListener(sign, warm, { signal: stop.signal, passive: true });
    }
    return () => stop.abort();
    // Once a list, not at every change of it.
  }, [isLoaded]);

  const selectedIndex = rows.findIndex((row) => row.id === selectedId);
  useEffect(() => {
    if (selectedIndex < 0) return;
    virtual.scrollToIndex(selectedIndex, { align: "auto" });
    for (const near of rows.slice(selectedIndex + 1, selectedIndex + 4)) prefetch(near.id);
    // Only a new selection scrolls; new messages that move rows must not.
  }, [selectedId]);

  const moveFocus = (event: React.KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const id = (event.target as HTMLElement).dataset.conversation;
    if (step === 0 || !id) return;
    event.preventDefault();
    const next = rows[rows.findIndex((row) => row.id === id) + step];
    if (!next) return;
    virtual.scrollToIndex(rows.indexOf(next), { align: "auto" });
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-conversation="${next.id}"]`)?.focus(),
    );
  };

  if (list.isPending) return <ListSkeleton rowHeight={rowHeight} />;
  if (list.isError && rows.length === 0) return <QueryError error={list.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0) return <ListEmpty filters={filters} onSearchMessages={onSearchMessages} />;
  const tabStop = rows[selectedIndex]?.id ?? rows[items[0]?.index ?? 0]?.id;
  return (
    <div ref={scroller} className="min-h-0 grow overflow-y-auto overscroll-contain" onKeyDown={moveFocus}>
      <ul aria-label={t("inbox.list")} className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <li
              key={item.key}
              aria-setsize={hasNextPage ? -1 : rows.length}
              aria-posinset={item.index + 1}
              className="group/row absolute inset-x-0 top-0"
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              <ConversationRow
                conversation={row}
                filters={filters}
                isSelected={row.id === selectedId}
                isCompact={rowHeight === 48}
                isPicked={isPicking ? picked.has(row.id) : undefined}
                onPick={(isRange) =>
                  isRange
                    ? selectThrough(
                        row.id,
                        rows.map((one) => one.id),
                      )
                    : toggleSelected(row.id)
                }
                tabIndex={row.id === tabStop ? 0 : -1}
                onHover={() => prefetch(row.id)}
              />
            </li>
          );
        })}
      </ul>
      {more.isLoading && <ListSkeleton rowHeight={rowHeight} count={2} />}
      {more.error !== null && <QueryError error={more.error} onRetry={more.retry} />}
    </div>
  );
}

function ListSkeleton({ rowHeight, count = 8 }: { rowHeight: number; count?: number }) {
  return (
    <div role="status" aria-label={t("app.loading")} className="animate-late overflow-hidden">
      {Array.from({ length: count }, (_, index) => (
        <div
          key={index}
          className="flex items-center gap-3 border-b border-line ps-4 pe-3"
          style={{ height: rowHeight }}
        >
          <Skeleton className="size-9 rounded-full" />
          <div className="flex grow flex-col gap-2">
            <Skeleton className="h-3 w-2/5" />
            <Skeleton className="h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
