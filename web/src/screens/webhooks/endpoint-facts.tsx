import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Endpoint } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Section } from "../../ui/page.tsx";

/** How the endpoint is set. */
export function EndpointFacts({
  endpoint,
  canManage,
  onEdit,
}: {
  endpoint: Endpoint;
  canManage: boolean;
  onEdit: () => void;
}) {
  const channels = useQuery(queries.channels()).data?.data ?? [];
  const { channelIds, eventTypes, ordered, previousKeysUntil, publicKey, style } = endpoint;
  const names = channelIds?.map((id) => channels.find((channel) => channel.id === id)?.name ?? id);
  return (
    <Section title={t("webhooks.facts")}>
      <dl className="grid gap-x-6 gap-y-2 md:grid-cols-[max-content_1fr]">
        <Fact name={t("webhooks.types")}>
          <code dir="ltr" className="font-mono text-meta break-words">
            {eventTypes.join(", ")}
          </code>
        </Fact>
        <Fact name={t("webhooks.style")}>{t(`webhooks.style.${style}`)}</Fact>
        <Fact name={t("webhooks.facts.channels")}>
          {names ? <bdi>{names.join(", ")}</bdi> : t("webhooks.facts.allChannels")}
        </Fact>
        <Fact name={t("webhooks.facts.order")}>
          {t(ordered ? "webhooks.facts.ordered" : "webhooks.facts.unordered")}
        </Fact>
        <Fact name={t("webhooks.publicKey")}>
          <CopyWell
            value={publicKey}
            label={t("webhooks.publicKey")}
            copyLabel={t("app.copy")}
            copiedLabel={t("app.copied")}
          />
          {previousKeysUntil && (
            <p className="mt-1 text-meta text-text-2">
              {t("webhooks.keysUntil", { at: dayAndTime(previousKeysUntil) })}
            </p>
          )}
        </Fact>
      </dl>
      {canManage && (
        <Button className="self-start" onClick={onEdit}>
          {t("webhooks.edit")}
        </Button>
      )}
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-2 max-md:mt-1">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
