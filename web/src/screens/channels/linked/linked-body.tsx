import type { Channel, ChannelHealth } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { Loaded } from "../../shell/query-states.tsx";
import { HealthFacts } from "../health-facts.tsx";
import { HealthLead } from "../health-lead.tsx";
import { InboundEvents } from "../inbound-events.tsx";
import { SessionSection } from "./session-section.tsx";
import { sessionWords } from "./session-words.ts";
import { useSession } from "./use-session.ts";

/** The page of a linked phone's channel: how it fares, then the phone. */
export function LinkedBody({
  channel,
  health,
  canManage,
}: {
  channel: Channel;
  health: ChannelHealth;
  canManage: boolean;
}) {
  const session = useSession(channel.id, canManage);
  return (
    <Loaded query={session}>
      {(data) => {
        const { title, tone } = sessionWords(data, Date.now());
        const lead = tone === "danger" ? "bad" : data.state === "connected" ? "ok" : "quiet";
        return (
          <>
            <HealthLead health={health} session={{ text: t("session.state", { state: title }), tone: lead }} />
            <SessionSection channel={channel} session={data} canManage={canManage} />
            {data.linkedAt && <HealthFacts health={health} isLinked />}
            {canManage && data.linkedAt && (
              <InboundEvents channelId={channel.id} waiting={health.poisonCount + health.unknownCount} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}
