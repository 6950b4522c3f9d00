import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ApiError } from "../../api.ts";
import { findConversation, myMemberId } from "../../cache.ts";
import { links, type InboxFilters } from "../../links.ts";
import { setPrefs, usePrefs } from "../../prefs.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { Sheet } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { useMediaQuery } from "../../ui/use-media-query.ts";
import { QueryError } from "../shell/route-states.tsx";
import { keptUnread, markRead } from "./commands/change.ts";
import { Composer } from "./composer/composer.tsx";
import { ContextPanel } from "./context/context-panel.tsx";
import { useConversationId, useFilters } from "./filters.ts";
import { contactName } from "./people.ts";
import { Thread } from "./thread/thread.tsx";
import { ThreadHeader } from "./thread/thread-header.tsx";
import { useConversationCommands } from "./commands/use-conversation-commands.ts";

export function ConversationScreen() {
  const id = useConversationId() ?? "";
  // What the list knows is shown at once; the answer follows.
  const filters = useFilters();
  const query = useQuery({ ...queries.conversation(id), placeholderData: () => findConversation(id) });
  if (query.isError) {
    return query.error instanceof ApiError && query.error.status === 404 ? (
      <EmptyState
        title={t("conversation.gone")}
        text={t("conversation.gone.text")}
        action={
          // beside the list there is nowhere to go back to
          <Link {...links.inbox(filters)} className={cx(buttonStyle(), "md:hidden")}>
            {t("error.notFound.action")}
          </Link>
        }
      />
    ) : (
      <QueryError error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  if (!query.data) return <div className="h-full border-s border-line bg-surface" />;
  return <OpenConversation key={id} conversation={query.data} />;
}

function OpenConversation({ conversation }: { conversation: NonNullable<ReturnType<typeof findConversation>> }) {
  const { message: jumpTo } = useSearch({ strict: false }) as InboxFilters;
  const filters = useFilters();
  const navigate = useNavigate();
  const { showContext } = usePrefs();
  const isWide = useMediaQuery("(min-width: 1100px)");
  const [isSheetOpen, setSheetOpen] = useState(false);
  const toggleContext = (): void =>
    isWide ? setPrefs({ showContext: !showContext }) : setSheetOpen((isOpen) => !isOpen);
  useReadMark(conversation.id, conversation.unreadCount);
  useConversationCommands(conversation, { toggleContext, close: () => void navigate(links.inbox(filters)) });
  const name = contactName(conversation.contact);
  return (
    <div className="flex h-full">
      <section aria-label={name} className="flex h-full min-w-0 grow flex-col border-line bg-surface md:border-s">
        <ThreadHeader
          conversation={conversation}
          isContextShown={isWide && showContext}
          onToggleContext={toggleContext}
        />
        <Thread conversation={conversation} jumpTo={jumpTo} />
        <Composer conversation={conversation} />
      </section>
      {isWide && showContext && (
        <aside
          aria-label={t("conversation.details")}
          className="h-full w-80 shrink-0 overflow-y-auto border-s border-line bg-paper"
        >
          <ContextPanel conversation={conversation} />
        </aside>
      )}
      {!isWide && (
        <Sheet
          isOpen={isSheetOpen}
          onClose={() => setSheetOpen(false)}
          title={t("conversation.details")}
          closeLabel={t("app.close")}
        >
          <ContextPanel conversation={conversation} />
        </Sheet>
      )}
    </div>
  );
}

const readAfterMs = 1_000;

/** Read means looked at: visible and in focus for a second. */
function useReadMark(id: string, unread: number): void {
  const me = myMemberId();
  const hasMentions = (useQuery(queries.counts()).data?.mentioned ?? 0) > 0;
  const notes = useQuery(queries.notes(id)).data?.data;
  const isMentioned = hasMentions && me !== undefined && notes?.some((note) => note.mentionedIds.includes(me)) === true;
  useEffect(() => {
    if (unread === 0 && !isMentioned) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = (): void => {
      clearTimeout(timer);
      if (document.visibilityState !== "visible" || !document.hasFocus()) return;
      timer = setTimeout(() => {
        const now = findConversation(id);
        if (now && (now.unreadCount > 0 || isMentioned) && !keptUnread.has(id)) void markRead(now);
      }, readAfterMs);
    };
    check();
    document.addEventListener("visibilitychange", check);
    window.addEventListener("focus", check);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", check);
      window.removeEventListener("focus", check);
    };
  }, [id, unread, isMentioned]);
  useEffect(() => () => void keptUnread.delete(id), [id]);
}
