import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import ArrowDown from "lucide-react/icons/arrow-down";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Conversation } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { QueryError } from "../../shell/route-states.tsx";
import { contactName } from "../people.ts";
import { useSends } from "../sends.ts";
import { loadAround, loadNewest, useIsAtNewest, useThreadPages } from "./jump.ts";
import { NewMessages } from "./new-messages.tsx";
import { ThreadRow } from "./thread-row.tsx";
import { threadItems, type ThreadItem } from "./thread-items.ts";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import { useNewAfter } from "./use-new-after.ts";
import { ThreadActions } from "./thread-actions.ts";

const estimates: Record<ThreadItem["kind"], number> = {
  day: 44,
  new: 36,
  message: 64,
  line: 36,
  note: 72,
  pending: 52,
};

/** How close to its beginning a thread asks for what is older, in pixels. */
const nearTop = 1_200;

export function Thread({ conversation, jumpTo }: { conversation: Conversation; jumpTo: string | undefined }) {
  const query = useInfiniteQuery(queries.messages(conversation.id));
  const notes = useQuery(queries.notes(conversation.id)).data?.data;
  const sends = useSends(conversation.id);
  const messages = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const newAfter = useNewAfter(conversation, messages);
  const items = useMemo(() => threadItems(messages, notes ?? [], sends, newAfter), [messages, notes, sends, newAfter]);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const isNewest = useIsAtNewest(conversation.id);
  const wasNewest = useRef(true);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index: number) => estimates[items[index]?.kind ?? "message"], [items]),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    overscan: 8,
    anchorTo: "end",
    // Older answers that arrive below a jump are no news to follow.
    followOnAppend: wasNewest.current,
    scrollEndThreshold: 80,
    paddingStart: 16,
    paddingEnd: 12,
    onChange: (instance) => setAtEnd(instance.isAtEnd(160)),
  });

  useEffect(() => {
    wasNewest.current = isNewest;
  }, [isNewest]);

  const isReady = items.length > 0;
  const [marked, setMarked] = useState<string | null>(null);
  // Before it stands at its end, the thread shows its beginning for a moment: no reason to load what is older.
  const isPlaced = useRef(false);
  useLayoutEffect(() => {
    if (!isReady) return;
    virtual.scrollToEnd();
    isPlaced.current = true;
    // Once, when the first page is there.
  }, [isReady]);

  // The composer grows and shrinks with its text, and rows turn out taller than estimated: whoever stands at the end stays there.
  const wasAtEnd = useRef(true);
  wasAtEnd.current = isAtEnd;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => wasAtEnd.current && wasNewest.current && virtual.scrollToEnd());
    observer.observe(element);
    if (element.lastElementChild) observer.observe(element.lastElementChild);
    return () => observer.disconnect();
  }, [virtual, isReady]);

  // A jump waits until the row it leads to exists; then it scrolls once, and later rows may come without moving the view.
  const [jump, setJump] = useState<string | null>(null);
  const showMessage = useCallback(
    async (id: string): Promise<void> => {
      if (!items.some((item) => item.key === id)) await loadAround(conversation.id, id);
      setJump(id);
    },
    [conversation.id, items],
  );
  useEffect(() => {
    if (jumpTo && isReady) void showMessage(jumpTo);
    // A jump is asked for once, by the address.
  }, [jumpTo, isReady]);
  useEffect(() => {
    const index = jump === null ? -1 : items.findIndex((item) => item.key === jump);
    if (index < 0) return;
    virtual.scrollToIndex(index, { align: "center" });
    setMarked(jump);
    setJump(null);
  }, [jump, items, virtual]);
  useEffect(() => {
    if (!marked) return;
    const timer = setTimeout(() => setMarked(null), 1_700);
    return () => clearTimeout(timer);
  }, [marked]);

  // Rows that come above or below do not move whoever stands at the end.
  useLayoutEffect(() => {
    if (isPlaced.current && wasAtEnd.current && wasNewest.current && jump === null) virtual.scrollToEnd();
  }, [items, jump, virtual]);

  const wantsEnd = useRef(false);
  const toNewest = (): void => {
    if (isNewest) return virtual.scrollToEnd();
    wantsEnd.current = true;
    void loadNewest(conversation.id);
  };
  useLayoutEffect(() => {
    if (!wantsEnd.current || !isNewest) return;
    wantsEnd.current = false;
    virtual.scrollToEnd();
  }, [items, isNewest, virtual]);

  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  const pages = useThreadPages(conversation.id);
  const { hasNextPage, hasPreviousPage } = query;
  const isSettled = jump === null && marked === null && !wantsEnd.current;
  useEffect(() => {
    const top = scroller.current?.scrollTop ?? 0;
    if (isReady && isPlaced.current && first < 12 && top < nearTop && hasNextPage) pages.older.load();
  }, [isReady, first, hasNextPage, pages.older.load]);
  useEffect(() => {
    if (isSettled && last > items.length - 6 && hasPreviousPage) pages.newer.load();
  }, [isSettled, last, items.length, hasPreviousPage, pages.newer.load]);

  if (query.isPending) return <ThreadSkeleton />;
  if (query.isError && messages.length === 0)
    return <QueryError error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <ThreadActions value={{ showMessage }}>
      <div className="relative flex min-h-0 grow flex-col">
        <div
          ref={scroller}
          role="log"
          aria-label={t("thread.label", { name: contactName(conversation.contact) })}
          aria-live="off"
          tabIndex={0}
          className="min-h-0 grow overflow-y-auto overscroll-contain focus-visible:-outline-offset-2"
          style={{ overflowAnchor: "none" }}
        >
          {items.length === 0 && <EmptyState title={t("thread.empty.title")} text={t("thread.empty.text")} />}
          <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
            {shown.map((row) => {
              const item = items[row.index];
              return item ? (
                <div
                  key={row.key}
                  data-index={row.index}
                  ref={virtual.measureElement}
                  className="absolute inset-x-0 top-0 px-4 md:px-6"
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <ThreadRow item={item} conversation={conversation} isMarked={item.key === marked} />
                </div>
              ) : null;
            })}
          </div>
        </div>
        {pages.older.isLoading && (
          <span className="absolute inset-x-0 top-2 mx-auto w-fit rounded-full bg-surface p-1.5 text-text-2 shadow-raised">
            <Spinner label={t("thread.loadingOlder")} />
          </span>
        )}
        {isReady && (!isAtEnd || !isNewest) && (
          <button
            type="button"
            onClick={toNewest}
            className="absolute inset-x-0 bottom-3 mx-auto flex h-8 w-fit animate-rise items-center gap-1.5 rounded-full border border-line bg-surface px-3 text-ui shadow-raised hover:bg-sunken"
          >
            <Icon of={ArrowDown} size={14} />
            {conversation.unreadCount > 0
              ? t("thread.newBelow", { n: conversation.unreadCount })
              : t("thread.toNewest")}
          </button>
        )}
        <NewMessages messages={messages} />
      </div>
    </ThreadActions>
  );
}
