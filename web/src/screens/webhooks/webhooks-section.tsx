import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Webhook from "lucide-react/icons/webhook";
import { useState } from "react";
import { adminQueries, type Endpoint } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { Said } from "../shell/said.tsx";
import { useCan } from "../shell/use-can.ts";
import { EndpointDialog } from "./endpoint-dialog.tsx";
import { endpointName, stateOf, stateTone, waitingText } from "./endpoint-words.ts";

export function WebhooksSection() {
  const canRead = useCan("webhook:read");
  return (
    <Page title={t("settings.webhooks")} purpose={t("settings.webhooks.purpose")}>
      {canRead ? <Endpoints /> : <EmptyState icon={Webhook} title={t("page.needsAdmin")} />}
    </Page>
  );
}

function Endpoints() {
  const endpoints = useQuery(adminQueries.endpoints());
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button look="primary" className="self-start" onClick={() => setMaking(true)}>
      {t("webhooks.new")}
    </Button>
  );
  return (
    <>
      <Loaded query={endpoints}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              icon={Webhook}
              title={t("webhooks.empty.title")}
              text={t("webhooks.empty.text")}
              action={make}
            />
          ) : (
            <>
              {make}
              <ul aria-label={t("webhooks.list")} className="flex flex-col divide-y divide-line border-y border-line">
                {data.map((endpoint) => (
                  <EndpointRow key={endpoint.id} endpoint={endpoint} />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {isMaking && <EndpointDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const state = stateOf(endpoint);
  return (
    <li className="relative flex items-center justify-between gap-x-4 py-3 hover:bg-hover">
      <div className="min-w-0 grow">
        <Link
          {...links.webhookEndpoint(endpoint.id)}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{endpointName(endpoint)}</bdi>
        </Link>
        <p className="flex flex-wrap gap-x-2 text-meta text-text-2 *:not-last:after:ms-2 *:not-last:after:content-['·']">
          <code dir="ltr" className="max-w-full truncate font-mono">
            {endpoint.eventTypes.join(", ")}
          </code>
          {endpoint.lastSuccessAt && (
            <span>
              <Said text="webhooks.lastSuccess" at={endpoint.lastSuccessAt} />
            </span>
          )}
          {endpoint.pendingCount > 0 && <span className="tabular">{waitingText(endpoint.pendingCount)}</span>}
        </p>
      </div>
      <Badge tone={stateTone[state]}>{t(`webhooks.state.${state}`)}</Badge>
    </li>
  );
}
