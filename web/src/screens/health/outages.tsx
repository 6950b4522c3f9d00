import type { ResultOf } from "@keepword/sdk";
import { useInfiniteQuery } from "@tanstack/react-query";
import { adminQueries } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { span } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { Moment } from "../shell/moment.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { reasonText, serviceName } from "./health-words.ts";

type Incident = ResultOf<"incident.list">["data"][number];

const lasted = ({ startedAt, endedAt }: Incident): string =>
  endedAt === null ? t("health.goesOn") : span(Date.parse(endedAt) - Date.parse(startedAt));

export function Outages({ channels }: { channels: readonly { id: string; name: string }[] }) {
  const list = useInfiniteQuery(adminQueries.incidents());
  const names = new Map(channels.map(({ id, name }) => [id, name]));
  const nameOf = ({ kind, subject }: Incident): string =>
    kind === "service" ? serviceName(subject) : (names.get(subject) ?? t("health.removedChannel"));
  return (
    <Section title={t("health.outages")}>
      {list.isPending && <SkeletonRows />}
      {list.isError && <QueryError error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && (
        <Table<Incident>
          label={t("health.outages")}
          rows={list.data.pages.flatMap((page) => page.data)}
          rowKey={({ id }) => id}
          empty={<p className="text-text-2">{t("health.noOutages")}</p>}
          columns={[
            {
              key: "what",
              label: t("health.column.what"),
              cell: (one) => (
                <span className="flex min-w-0 flex-col py-1.5">
                  <span dir="auto" className="text-match">
                    {nameOf(one)}
                  </span>
                  <span className="text-meta text-text-2">{reasonText(one.reason)}</span>
                </span>
              ),
            },
            {
              key: "began",
              label: t("health.column.began"),
              align: "end",
              cell: (one) => <Moment at={one.startedAt} />,
            },
            { key: "lasted", label: t("health.column.lasted"), align: "end", cell: lasted },
          ]}
        />
      )}
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("health.more")}
        </Button>
      )}
    </Section>
  );
}
