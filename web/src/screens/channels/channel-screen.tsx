import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { adminApi, adminQueries, type Channel } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { Page } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { BackLink } from "../shell/back-link.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { ChannelEdit } from "./channel-edit.tsx";
import { statusText, statusTone } from "./channel-words.ts";
import { LinkedBody } from "./linked/linked-body.tsx";
import { NotOfficial } from "./linked/not-official.tsx";
import { ConnectSteps, isConnected } from "./connect-steps.tsx";
import { HealthFacts } from "./health-facts.tsx";
import { HealthLead } from "./health-lead.tsx";
import { InboundEvents } from "./inbound-events.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { MustAct } from "./must-act.tsx";
import { textDetail, useHealth } from "./use-health.ts";

/** One channel: health first, then what it needs, then what can be changed. */
export function ChannelScreen() {
  const { channelId = "" } = useParams({ strict: false }) as { channelId?: string };
  const channel = useQuery({
    ...adminQueries.channel(channelId),
    refetchInterval: ({ state }) => (state.data?.status === "verifying" ? 3_000 : false),
  });
  if (!channel.data) {
    return (
      <Page title={t("channels.list")}>
        <Loaded query={channel}>{() => null}</Loaded>
      </Page>
    );
  }
  return <OneChannel key={channelId} channel={channel.data} />;
}

function OneChannel({ channel }: { channel: Channel }) {
  const canManage = useCan("channel:manage");
  const health = useHealth(channel.id, 3_000);
  const [hasKeys, setKeys] = useState(false);
  // Stays for this visit once it was shown, so that the last tick is seen.
  const [wasOpen, setWasOpen] = useState(false);
  const check = useMutation({
    // Secrets that are named replace stored ones; naming none only starts a check.
    mutationFn: () => adminApi.changeChannel(channel.id, { secrets: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["channel", channel.id] }),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
  });
  const isOpen = health.data !== undefined && !isConnected(health.data);
  if (isOpen && !wasOpen) setWasOpen(true);
  const phone = health.data ? textDetail(health.data, "phone") : "";
  return (
    <Page
      title={
        <span className="flex items-start gap-3">
          <span className="mt-1 shrink-0">
            <ChannelGlyph network={channel.provider} size={20} />
          </span>
          <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <span dir="auto" className="text-match min-w-0 break-words">
              {channel.name}
            </span>
            <Badge tone={statusTone[channel.status]}>{statusText(channel)}</Badge>
            {!channel.isOfficial && <NotOfficial />}
          </span>
        </span>
      }
      purpose={
        <>
          {t(`channels.provider.${channel.provider}`)}
          {phone && " · "}
          {phone && <bdi dir="ltr">{phone}</bdi>}
        </>
      }
      back={<BackLink to={links.channels()}>{t("nav.channels")}</BackLink>}
      actions={
        canManage &&
        !channel.hasSession && (
          <Button isBusy={check.isPending} onClick={() => check.mutate()}>
            {t("channel.checkAgain")}
          </Button>
        )
      }
    >
      <Loaded query={health}>
        {(data) =>
          channel.hasSession ? (
            <LinkedBody channel={channel} health={data} canManage={canManage} />
          ) : (
            <>
              <div className="flex flex-col gap-3">
                <HealthLead health={data} />
                <MustAct
                  health={data}
                  canManage={canManage}
                  onKeys={() => setKeys(true)}
                  onCheck={() => check.mutate()}
                  isChecking={check.isPending}
                />
              </div>
              {(isOpen || wasOpen) && <ConnectSteps channel={channel} health={data} canManage={canManage} />}
              <HealthFacts health={data} />
              {canManage && <InboundEvents channelId={channel.id} waiting={data.poisonCount + data.unknownCount} />}
            </>
          )
        }
      </Loaded>
      <ChannelEdit channel={channel} canManage={canManage} onKeys={() => setKeys(true)} />
      {hasKeys && <KeysDialog channel={channel} onClose={() => setKeys(false)} />}
    </Page>
  );
}
