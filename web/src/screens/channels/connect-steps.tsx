import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type Channel, type ChannelHealth } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Section } from "../../ui/page.tsx";
import { StepMark, type StepState } from "../../ui/step-mark.tsx";
import { problemText } from "../shell/problem-text.ts";
import { freshVerifyToken, makeVerifyToken, rememberVerifyToken } from "./channel-words.ts";
import { checkReport, textDetail } from "./use-health.ts";

export function isConnected(health: ChannelHealth): boolean {
  return health.checkState === "ok" && health.lastWebhookAt !== null;
}

/** What is left to do at Meta, and three lines that turn green by themselves. */
export function ConnectSteps({
  channel,
  health,
  canManage,
}: {
  channel: Channel;
  health: ChannelHealth;
  canManage: boolean;
}) {
  const isSimulated = typeof channel.settings["apiBaseUrl"] === "string";
  const isSubscribed = checkReport(health)?.isSubscribed === true;
  const keys: StepState = health.checkState === "ok" ? "done" : health.checkState === "failed" ? "failed" : "waiting";
  return (
    <Section title={t("channel.connect.title")} purpose={t("channel.connect.purpose")}>
      <Well label={t("channel.connect.url")} value={channel.webhookUrl} />
      {!isSimulated && !isPublic(channel.webhookUrl) && (
        <p className="rounded-control bg-ochre-weak px-3 py-2 text-ochre">{t("channel.connect.local")}</p>
      )}
      <VerifyToken channelId={channel.id} canManage={canManage} />
      <ol className="mt-2 flex flex-col gap-3">
        <Step
          state={keys}
          title={t(keys === "failed" ? "channel.step.token.refused" : "channel.step.token")}
          text={
            keys === "done"
              ? t("channel.step.token.ok", {
                  name: textDetail(health, "displayName"),
                  phone: `\u2066${textDetail(health, "phone")}\u2069`,
                }).trim()
              : t(keys === "failed" ? "channel.step.token.failed" : "channel.step.token.wait")
          }
        />
        <Step
          state={isSubscribed ? "done" : "open"}
          title={t("channel.step.subscribed")}
          text={isSubscribed ? "" : t("channel.step.subscribed.wait")}
        />
        <Step
          state={health.lastWebhookAt ? "done" : keys === "done" ? "waiting" : "open"}
          title={t("channel.step.webhook")}
          text={health.lastWebhookAt ? "" : t("channel.step.webhook.wait")}
        />
      </ol>
    </Section>
  );
}

function isPublic(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" && !/^(localhost|127\.|10\.|192\.168\.|\[)/.test(hostname);
}

function Step({ state, title, text }: { state: StepState; title: string; text: string }) {
  return (
    <li className="flex gap-3">
      <StepMark
        state={state}
        label={t(
          state === "done" ? "channel.step.done" : state === "failed" ? "channel.step.failed" : "channel.step.open",
        )}
      />
      <div aria-live="polite" className="min-w-0">
        <p className="font-medium">{title}</p>
        {text && <p className="text-text-2">{text}</p>}
      </div>
    </li>
  );
}

function Well({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className="font-medium">{label}</span>
      <CopyWell value={value} label={label} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} />
    </div>
  );
}

function VerifyToken({ channelId, canManage }: { channelId: string; canManage: boolean }) {
  const [token, setToken] = useState(() => freshVerifyToken(channelId));
  const renew = useMutation({
    mutationFn: async () => {
      const made = makeVerifyToken();
      await adminApi.changeChannel(channelId, { secrets: { verifyToken: made } });
      return made;
    },
    onSuccess: (made) => {
      rememberVerifyToken(channelId, made);
      setToken(made);
    },
  });
  if (token) {
    return (
      <div className="flex flex-col gap-1.5">
        <Well label={t("channel.connect.verify")} value={token} />
        <p className="text-meta text-text-2">{t("channel.connect.once")}</p>
      </div>
    );
  }
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="font-medium">{t("channel.connect.verify")}</span>
      <p className="text-text-2">{t("channel.connect.verifyHidden")}</p>
      {renew.isError && (
        <p role="alert" className="text-brick">
          {problemText(renew.error)}
        </p>
      )}
      {canManage && (
        <Button size="small" isBusy={renew.isPending} onClick={() => renew.mutate()}>
          {t("channel.connect.verifyNew")}
        </Button>
      )}
    </div>
  );
}
