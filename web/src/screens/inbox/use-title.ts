import { useEffect } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { queries, type ListFilters } from "../../queries.ts";
import { t } from "../../text.ts";

/** "(3) Inbox · Keepword": how many conversations of the list on screen have something unread. */
export function useInboxTitle(filters: ListFilters): void {
  const unread = useInfiniteQuery({
    ...queries.conversations(filters),
    select: (list) => list.pages.reduce((sum, page) => sum + page.data.filter((row) => row.unreadCount > 0).length, 0),
  }).data;
  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ""}${t("nav.inbox")} · ${t("app.name")}`;
    return () => {
      document.title = t("app.name");
    };
  }, [unread]);
}
