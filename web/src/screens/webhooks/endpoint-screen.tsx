import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { adminQueries, type Endpoint } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { BackLink } from "../shell/back-link.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { Deliveries } from "./deliveries.tsx";
import { EndpointActs, type Act } from "./endpoint-acts.tsx";
import { EndpointFacts } from "./endpoint-facts.tsx";
import { EndpointLead } from "./endpoint-lead.tsx";
import { EndpointMenu } from "./endpoint-menu.tsx";
import { endpointName, stateOf, stateTone } from "./endpoint-words.ts";

/** One endpoint: how its receiver fares first, then how it is set, then what went there. */
export function EndpointScreen() {
  const { endpointId = "" } = useParams({ strict: false }) as { endpointId?: string };
  const endpoint = useQuery(adminQueries.endpoint(endpointId));
  if (!endpoint.data) {
    return (
      <Page title={t("settings.webhooks")}>
        <Loaded query={endpoint}>{() => null}</Loaded>
      </Page>
    );
  }
  return <OneEndpoint key={endpointId} endpoint={endpoint.data} />;
}

function OneEndpoint({ endpoint }: { endpoint: Endpoint }) {
  const canManage = useCan("webhook:manage");
  const [act, setAct] = useState<Act | null>(null);
  const state = stateOf(endpoint);
  return (
    <Page
      back={<BackLink to={links.settings("webhooks")}>{t("settings.webhooks")}</BackLink>}
      title={
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <bdi className="text-match min-w-0 break-words">{endpointName(endpoint)}</bdi>
          <Badge tone={stateTone[state]}>{t(`webhooks.state.${state}`)}</Badge>
        </span>
      }
      purpose={
        <code dir="ltr" className="font-mono text-meta break-all">
          {endpoint.url}
        </code>
      }
      actions={
        canManage && (
          <>
            <Button onClick={() => setAct("test")}>{t("webhooks.test")}</Button>
            <EndpointMenu endpoint={endpoint} onAct={setAct} />
          </>
        )
      }
    >
      <EndpointLead endpoint={endpoint} canManage={canManage} onAct={setAct} />
      <EndpointFacts endpoint={endpoint} canManage={canManage} onEdit={() => setAct("edit")} />
      <Deliveries endpointId={endpoint.id} canManage={canManage && endpoint.status === "enabled"} />
      {act && <EndpointActs act={act} endpoint={endpoint} onClose={() => setAct(null)} />}
    </Page>
  );
}
