import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { links } from "../../../links.ts";
import { queries, type ListFilters } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { exactTime, listTime } from "../../../time.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { QueryError } from "../../shell/route-states.tsx";
import { contactName } from "../people.ts";
import { summary } from "../preview.ts";
import { Highlight } from "./highlight.tsx";

/** Messages that hold the words; a click opens the conversation at that message. */
export function MessageHits({ q, filters }: { q: string; filters: ListFilters }) {
  const hits = useInfiniteQuery(queries.search(q));
  if (hits.isPending) {
    return (
      <div className="flex justify-center p-6 text-text-2">
        <Spinner label={t("app.loading")} />
      </div>
    );
  }
  if (hits.isError) return <QueryError error={hits.error} onRetry={() => void hits.refetch()} />;
  const found = hits.data.pages.flatMap((page) => page.data);
  if (found.length === 0 && !hits.hasNextPage) return <EmptyState title={t("inbox.empty.search.title", { q })} />;
  return (
    <ul aria-label={t("inbox.hits")} className="min-h-0 grow overflow-y-auto">
      {found.map(({ message, contact }) => (
        <li key={message.id} className="border-b border-line">
          <Link
            {...links.conversation(message.conversationId, { ...filters, message: message.id })}
            className="flex gap-3 py-2.5 ps-4 pe-3 transition-colors hover:bg-hover focus-visible:-outline-offset-2 data-[status=active]:bg-ink-weak"
          >
            <Avatar name={contact?.name ?? ""} seed={message.contactId} size={28} />
            <span className="flex min-w-0 grow flex-col">
              <span className="flex items-baseline gap-2">
                <span dir="auto" className="text-match min-w-0 grow truncate">
                  {contact ? contactName(contact) : t("contact.unknown")}
                </span>
                <time
                  dateTime={message.sortAt}
                  title={exactTime(message.sortAt)}
                  className="tabular text-meta text-text-2"
                >
                  {listTime(message.sortAt)}
                </time>
              </span>
              <span dir="auto" className="text-match line-clamp-2 text-text-2">
                <Highlight text={summary(message)} words={q} />
              </span>
            </span>
          </Link>
        </li>
      ))}
      {hits.hasNextPage && (
        <li className="flex justify-center p-3">
          <Button isBusy={hits.isFetchingNextPage} onClick={() => void hits.fetchNextPage()}>
            {t("contacts.more")}
          </Button>
        </li>
      )}
    </ul>
  );
}
