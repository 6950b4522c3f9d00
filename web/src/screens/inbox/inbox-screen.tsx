import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useCommands } from "../../commands.ts";
import { links, views, type InboxFilters } from "../../links.ts";
import { usePrefs } from "../../prefs.ts";
import { t, withPageTexts } from "../../text.ts";
import { cx } from "../../ui/cx.ts";
import { Segmented } from "../../ui/segmented.tsx";
import { loadedConversations, neighbour, useConversationId, useFilters } from "./filters.ts";
import { BulkBar } from "./list/bulk-bar.tsx";
import { ConversationList } from "./list/conversation-list.tsx";
import { ListHeader, viewLabel } from "./list/list-header.tsx";
import { MessageHits } from "./list/message-hits.tsx";
import { NothingOpen } from "./list/nothing-open.tsx";
import { ResizeHandle } from "./list/resize-handle.tsx";
import { clearSelection, selectThrough, toggleSelected, useSelection } from "./list/selection.ts";
import { useInboxTitle } from "./use-title.ts";
import { useCan } from "../shell/use-can.ts";

const NewMessageDialog = lazy(() =>
  withPageTexts(import("../contacts/new-message-dialog.tsx")).then((part) => ({ default: part.NewMessageDialog })),
);

export function InboxScreen() {
  const filters = useFilters();
  const conversationId = useConversationId();
  const navigate = useNavigate();
  const { listWidth } = usePrefs();
  useInboxTitle(filters);
  const searchRef = useRef<HTMLInputElement>(null);
  const [searchIn, setSearchIn] = useState<"conversations" | "messages">("conversations");
  const [isWriting, setWriting] = useState(false);
  const [canSend, canFind] = [useCan("message:send"), useCan("contact:read")];
  const canWrite = canSend && canFind;

  const { isPicking } = useSelection();
  // what was picked in one list is not meant in another
  useEffect(() => clearSelection, [filters]);
  const order = (): string[] => loadedConversations(filters).map(({ id }) => id);
  /** The row that has the focus, else the conversation that is open. */
  const pick = (isRange: boolean): void => {
    const id = (document.activeElement as HTMLElement | null)?.dataset.conversation ?? conversationId ?? order()[0];
    if (id === undefined) return;
    if (isRange) selectThrough(id, order());
    else toggleSelected(id);
  };

  const change = (next: InboxFilters): void => {
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as InboxFilters;
    void navigate(conversationId ? links.conversation(conversationId, kept) : links.inbox(kept));
  };
  const step = (by: 1 | -1): void => {
    const next = neighbour(filters, conversationId, by);
    if (next) void navigate(links.conversation(next.id, filters));
  };
  useCommands([
    { id: "list.next", label: t("cmd.next"), group: t("group.list"), keys: "j", run: () => step(1) },
    { id: "list.previous", label: t("cmd.previous"), group: t("group.list"), keys: "k", run: () => step(-1) },
    {
      id: "list.search",
      label: t("cmd.search"),
      group: t("group.list"),
      keys: "/",
      run: () => searchRef.current?.focus(),
    },
    ...(canWrite
      ? [
          {
            id: "list.new",
            label: t("inbox.new"),
            group: t("group.list"),
            keys: "c",
            run: () => setWriting(true),
          },
        ]
      : []),
    { id: "list.pick", label: t("bulk.pick"), group: t("group.list"), keys: "x", run: () => pick(false) },
    {
      id: "list.pickThrough",
      label: t("bulk.pickThrough"),
      group: t("group.list"),
      keys: "shift+x",
      run: () => pick(true),
    },
    ...views.map((view) => ({
      id: `go.${view}`,
      label: t(viewLabel[view]),
      group: t("group.go"),
      keys: `g ${view[0]}`,
      run: () => void navigate(links.inbox({ view })),
    })),
  ]);

  return (
    <div className="flex h-full">
      <section
        aria-label={t("nav.inbox")}
        className={cx(
          "flex h-full min-w-0 shrink-0 flex-col bg-paper max-md:w-full md:w-(--list)",
          conversationId && "max-md:hidden",
        )}
        style={{ "--list": `${listWidth}px` } as React.CSSProperties}
      >
        {isPicking ? (
          <BulkBar order={order()} />
        ) : (
          <ListHeader
            filters={filters}
            onChange={change}
            searchRef={searchRef}
            onNew={canWrite ? () => setWriting(true) : undefined}
          />
        )}
        {filters.q && (
          <div className="border-b border-line px-3 py-1.5">
            <Segmented
              label={t("inbox.searchIn")}
              value={searchIn}
              onChange={setSearchIn}
              options={[
                { value: "conversations", label: t("inbox.searchIn.conversations") },
                { value: "messages", label: t("inbox.searchIn.messages") },
              ]}
            />
          </div>
        )}
        {filters.q && searchIn === "messages" ? (
          <MessageHits q={filters.q} filters={filters} />
        ) : (
          <ConversationList
            filters={filters}
            selectedId={conversationId}
            onSearchMessages={() => setSearchIn("messages")}
          />
        )}
      </section>
      <ResizeHandle />
      <div className={cx("h-full min-w-0 grow", !conversationId && "max-md:hidden")}>
        {conversationId ? <Outlet /> : <NothingOpen />}
      </div>
      {isWriting && (
        <Suspense>
          <NewMessageDialog onClose={() => setWriting(false)} />
        </Suspense>
      )}
    </div>
  );
}
