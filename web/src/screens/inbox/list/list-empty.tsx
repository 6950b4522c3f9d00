import { Link } from "@tanstack/react-router";
import Inbox from "lucide-react/icons/inbox";
import { links } from "../../../links.ts";
import type { ListFilters } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Button, buttonStyle } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { useChannels } from "../people.ts";

/** Says which of six reasons leaves the list empty, and offers what changes it. */
export function ListEmpty({
  filters,
  onSearchMessages,
}: {
  filters: ListFilters;
  /** Conversations are found by name and number alone; what was written is found among the messages. */
  onSearchMessages: () => void;
}) {
  const channels = useChannels();
  if (channels.length === 0) {
    return (
      <EmptyState
        icon={Inbox}
        title={t("inbox.empty.noChannel.title")}
        text={t("inbox.empty.noChannel.text")}
        action={
          <Link {...links.newChannel()} className={buttonStyle({ look: "primary" })}>
            {t("inbox.empty.noChannel.action")}
          </Link>
        }
      />
    );
  }
  const { view, q, status, channel, label } = filters;
  const isFiltered = Boolean(channel || label || (status && (q || status !== "open")));
  if (filters.mentioned && !q && !isFiltered) {
    return (
      <EmptyState
        title={t("inbox.empty.mentioned.title")}
        action={
          <Link {...links.inbox(view ? { view } : {})} className={buttonStyle()}>
            {t("inbox.empty.mentioned.action")}
          </Link>
        }
      />
    );
  }
  if (q && !isFiltered) {
    return (
      <EmptyState
        title={t("inbox.empty.people.title", { q })}
        action={
          <Button look="primary" onClick={onSearchMessages}>
            {t("inbox.empty.people.action")}
          </Button>
        }
      />
    );
  }
  if (isFiltered) {
    return (
      <EmptyState
        title={q ? t("inbox.empty.search.title", { q }) : t("inbox.empty.filter.title")}
        text={t("inbox.empty.filter.text")}
        action={
          <Link {...links.inbox(view ? { view } : {})} className={buttonStyle()}>
            {t("inbox.empty.filter.action")}
          </Link>
        }
      />
    );
  }
  if (view === "mine" || view === "unassigned") {
    return (
      <EmptyState
        title={t(view === "mine" ? "inbox.empty.mine.title" : "inbox.empty.unassigned.title")}
        action={
          <Link {...links.inbox({ view: view === "mine" ? "unassigned" : "all" })} className={buttonStyle()}>
            {t(view === "mine" ? "inbox.empty.mine.action" : "inbox.empty.unassigned.action")}
          </Link>
        }
      />
    );
  }
  return <EmptyState icon={Inbox} title={t("inbox.empty.done.title")} text={t("inbox.empty.done.text")} />;
}
