import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import ShieldCheck from "lucide-react/icons/shield-check";
import { useState } from "react";
import { adminQueries } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { RequestRow } from "./request-row.tsx";
import type { SubjectRequest } from "./request-words.ts";

const DAYS_SHOWN = 7;

/** What people asked about their data: what is due, how far it is, and what became of it. */
export function RequestsSection() {
  const [isOpen, setOpen] = useState(true);
  // one that is watched stays unfolded when it ends and goes to those that are finished
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
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
      <Rows label={t("settings.requests")} {...{ requests, canManage, shown, setShown }} />
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("health.more")}
        </Button>
      )}
      {isOpen && <Finished {...{ canManage, shown, setShown }} />}
    </Page>
  );
}

interface Listed {
  canManage: boolean;
  shown: ReadonlySet<string>;
  setShown: (shown: ReadonlySet<string>) => void;
}

function Rows({
  label,
  requests,
  canManage,
  shown,
  setShown,
}: Listed & { label: string; requests: readonly SubjectRequest[] }) {
  const show = (id: string, isShown: boolean): void => {
    const next = new Set(shown);
    if (isShown) next.add(id);
    else next.delete(id);
    setShown(next);
  };
  return (
    <ul className="flex flex-col divide-y divide-line" aria-label={label}>
      {requests.map((request) => (
        <RequestRow
          key={request.id}
          request={request}
          canManage={canManage}
          isShown={shown.has(request.id)}
          onShow={(isShown) => show(request.id, isShown)}
        />
      ))}
    </ul>
  );
}

/** Those that ended lately, with their outcome: nothing that somebody watched is gone from the screen when it is done. */
function Finished(listed: Listed) {
  const [since] = useState(() => new Date(Date.now() - DAYS_SHOWN * 86_400_000).toISOString());
  const requests = useQuery(adminQueries.finishedRequests(since)).data?.data ?? [];
  if (requests.length === 0) return null;
  const title = t("requests.finished", { n: DAYS_SHOWN });
  return (
    <Section title={title}>
      <Rows label={title} requests={requests} {...listed} />
    </Section>
  );
}
