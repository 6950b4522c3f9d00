import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminQueries, type InboundEvent } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Moment } from "../shell/moment.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { InboundEventDialog } from "./inbound-event-dialog.tsx";

/** What a channel received and could not show, with its reason; each can be read, applied again or taken off the list. */
export function InboundEvents({ channelId, waiting }: { channelId: string; waiting: number }) {
  const [which, setWhich] = useState<"open" | "resolved">("open");
  const [open, setOpen] = useState<InboundEvent | null>(null);
  const list = useQuery(adminQueries.inboundEvents(channelId, which === "resolved"));
  return (
    <div id="inbound-events" className="scroll-mt-6">
      <Section title={t("channel.events")} purpose={t("channel.events.purpose")}>
        <Tabs
          label={t("channel.events.which")}
          value={which}
          onChange={setWhich}
          tabs={[
            { value: "open", label: t("channel.events.open"), count: waiting },
            { value: "resolved", label: t("channel.events.resolved") },
          ]}
          panel={(shown) =>
            shown === which && (
              <Loaded query={list}>
                {({ data }) => <Events rows={data} isResolved={which === "resolved"} onOpen={setOpen} />}
              </Loaded>
            )
          }
        />
      </Section>
      {open && <InboundEventDialog event={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function Events({
  rows,
  isResolved,
  onOpen,
}: {
  rows: readonly InboundEvent[];
  isResolved: boolean;
  onOpen: (event: InboundEvent) => void;
}) {
  return (
    <Table<InboundEvent>
      label={t("channel.events")}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t(isResolved ? "channel.events.emptyResolved.title" : "channel.events.empty.title")} />}
      columns={[
        {
          key: "what",
          label: t("channel.events.what"),
          cell: (row) => (
            <button
              type="button"
              aria-label={t("channel.events.look", { name: row.name })}
              onClick={() => onOpen(row)}
              className="max-w-full truncate rounded-tight font-mono text-meta text-ink underline-offset-4 hover:underline"
            >
              <span dir="ltr">{row.name}</span>
            </button>
          ),
        },
        {
          key: "kind",
          label: t("channel.events.why"),
          cell: (row) => (
            <Badge tone={row.kind === "poison" ? "danger" : "plain"}>{t(`channel.events.kind.${row.kind}`)}</Badge>
          ),
        },
        {
          key: "received",
          label: t("channel.events.received"),
          align: "end",
          isMinor: true,
          cell: (row) => <Moment at={row.receivedAt} />,
        },
      ]}
    />
  );
}
