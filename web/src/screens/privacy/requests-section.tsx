import { useInfiniteQuery } from "@tanstack/react-query";
import ShieldCheck from "lucide-react/icons/shield-check";
import { useState } from "react";
import { adminQueries } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { RequestRow } from "./request-row.tsx";

/** What people asked about their data: what is due, how far it is, and what became of it. */
export function RequestsSection() {
  const [isOpen, setOpen] = useState(true);
  const list = useInfiniteQuery(adminQueries.subjectRequests(isOpen));
  const canManage = useCan("privacy:manage");
  const requests = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Page title={t("settings.requests")} purpose={t("requests.purpose")}>
      <Segmented
        label={t("requests.shown")}
        value={isOpen ? "open" : "closed"}
        options={[
          { value: "open", label: t("requests.open") },
          { value: "closed", label: t("requests.closed") },
        ]}
        onChange={(value) => setOpen(value === "open")}
      />
      {list.isPending && <SkeletonRows />}
      {list.isError && <QueryError error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && requests.length === 0 && (
        <EmptyState
          icon={ShieldCheck}
          title={isOpen ? t("requests.none.title") : t("requests.noneClosed.title")}
          text={t("requests.none.text")}
        />
      )}
      <ul className="flex flex-col divide-y divide-line" aria-label={t("settings.requests")}>
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} canManage={canManage} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("health.more")}
        </Button>
      )}
    </Page>
  );
}
