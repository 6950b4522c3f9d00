import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminQueries, type Delivery } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Moment } from "../shell/moment.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { DeliveryDialog } from "./delivery-dialog.tsx";
import { deliveryTone } from "./endpoint-words.ts";

const states = ["all", "pending", "delivered", "failed"] as const;
type Shown = (typeof states)[number];

/** What went to the endpoint, newest first; each can be looked at and delivered again. */
export function Deliveries({ endpointId, canManage }: { endpointId: string; canManage: boolean }) {
  const [shown, setShown] = useState<Shown>("all");
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useInfiniteQuery({
    ...adminQueries.deliveries(endpointId, shown === "all" ? undefined : shown),
    // a long list that someone reads does not jump
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 5_000),
  });
  return (
    <Section title={t("webhooks.deliveries")} purpose={t("webhooks.deliveries.purpose")}>
      <Segmented
        label={t("webhooks.deliveries.which")}
        value={shown}
        onChange={setShown}
        options={states.map((state) => ({
          value: state,
          label: t(state === "all" ? "webhooks.deliveries.all" : `webhooks.delivery.${state}`),
        }))}
      />
      {list.data ? (
        <Rows rows={list.data.pages.flatMap((page) => page.data)} onOpen={setOpenId} />
      ) : list.isError ? (
        <QueryError error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <SkeletonRows />
      )}
      {list.hasNextPage && (
        <Button className="self-start" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("webhooks.deliveries.more")}
        </Button>
      )}
      {openId && <DeliveryDialog id={openId} canManage={canManage} onClose={() => setOpenId(null)} />}
    </Section>
  );
}

function Rows({ rows, onOpen }: { rows: readonly Delivery[]; onOpen: (id: string) => void }) {
  return (
    <Table<Delivery>
      label={t("webhooks.deliveries")}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t("webhooks.deliveries.empty")} />}
      columns={[
        {
          key: "event",
          label: t("webhooks.deliveries.event"),
          cell: (row) => (
            <button
              type="button"
              aria-label={t("webhooks.deliveries.look", { type: row.eventType })}
              onClick={() => onOpen(row.id)}
              className="max-w-full truncate rounded-tight font-mono text-meta text-ink underline-offset-4 hover:underline pointer-coarse:min-h-11"
            >
              <span dir="ltr">{row.eventType}</span>
            </button>
          ),
        },
        {
          key: "state",
          label: t("webhooks.deliveries.state"),
          cell: (row) => <Badge tone={deliveryTone[row.state]}>{t(`webhooks.delivery.${row.state}`)}</Badge>,
        },
        {
          key: "answer",
          label: t("webhooks.deliveries.answer"),
          isMinor: true,
          cell: (row) => (
            <span className="text-meta text-text-2">
              {row.lastOutcome && t(`webhooks.outcome.${row.lastOutcome}`)}
              {row.lastStatus !== null && <bdi dir="ltr"> {row.lastStatus}</bdi>}
            </span>
          ),
        },
        {
          key: "when",
          label: t("webhooks.deliveries.when"),
          align: "end",
          cell: (row) => <Moment at={row.occurredAt} />,
        },
      ]}
    />
  );
}
