import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { adminApi, type Channel, type Session } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import type { Tone } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cx } from "../../../ui/cx.ts";
import { Section } from "../../../ui/page.tsx";
import { toast } from "../../../ui/toast.tsx";
import { ConfirmDialog } from "../../shell/confirm-dialog.tsx";
import { Moment, useNow } from "../../shell/moment.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { LinkPhone } from "./link-phone.tsx";
import { PairingPanel } from "./pairing-panel.tsx";
import { canLink, isPairing, sessionWords } from "./session-words.ts";

const box: Partial<Record<Tone, string>> = {
  danger: "bg-brick-weak",
  warning: "bg-ochre-weak",
  success: "border border-line bg-surface",
  plain: "border border-line bg-surface",
};
const ink: Partial<Record<Tone, string>> = { danger: "text-brick", warning: "text-ochre" };

/** The phone of a linked channel: where it stands, what mends it, and the way to link it. */
export function SessionSection({
  channel,
  session,
  canManage,
}: {
  channel: Channel;
  session: Session;
  canManage: boolean;
}) {
  const now = useNow(1_000);
  const [isLeaving, setLeaving] = useState(false);
  const [isAgain, setAgain] = useState(false);
  const restart = useMutation({
    mutationFn: () => adminApi.restartSession(channel.id),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
  });
  const words = sessionWords(session, now);
  const isLinked = ["connected", "restricted", "backing_off", "connecting"].includes(session.state);
  const isOpen = canLink(session);
  const canRestart = session.linkedAt !== null && session.state !== "logged_out" && session.state !== "pairing";
  return (
    <Section title={t("session.title")} purpose={session.acknowledgement ? t("session.disclaimer") : undefined}>
      {isPairing(session) && canManage && !isAgain ? (
        <PairingPanel channelId={channel.id} session={session} onOther={() => setAgain(true)} />
      ) : (
        <div
          role={words.tone === "danger" ? "alert" : "status"}
          className={cx(
            "flex flex-wrap items-center justify-between gap-x-4 gap-y-3 rounded-panel px-4 py-3",
            box[words.tone],
          )}
        >
          <div className="min-w-0 grow basis-70">
            <p className={cx("font-medium", ink[words.tone])}>{words.title}</p>
            <p>{words.text}</p>
            <p className="mt-1 text-meta text-text-2">
              {t("session.since")} <Moment at={session.since} />
            </p>
          </div>
          {canManage && (
            <div className="flex flex-wrap gap-2">
              {canRestart && (
                <Button size="small" isBusy={restart.isPending} onClick={() => restart.mutate()}>
                  {t(session.state === "replaced" ? "session.useHere" : "session.restart")}
                </Button>
              )}
              {isLinked && session.linkedAt && (
                <Button size="small" className="text-brick!" onClick={() => setLeaving(true)}>
                  {t("session.logOut")}
                </Button>
              )}
            </div>
          )}
        </div>
      )}
      {isLinked && session.linkedAt && <Facts session={session} />}
      {canManage && (isOpen || isAgain) && (
        <LinkPhone channelId={channel.id} session={session} onStarted={() => setAgain(false)} />
      )}
      <ConfirmDialog
        isOpen={isLeaving}
        onClose={() => setLeaving(false)}
        title={t("session.logOut.title", { name: channel.name })}
        text={t("session.logOut.text")}
        actionLabel={t("session.logOut")}
        onConfirm={() => adminApi.logOutSession(channel.id)}
      />
    </Section>
  );
}

function Facts({ session }: { session: Session }) {
  const { acknowledgement } = session;
  const facts: [string, ReactNode][] = [
    [t("session.phone"), session.phone ? <bdi dir="ltr">{session.phone}</bdi> : t("channel.facts.unknown")],
    [t("session.name"), session.displayName ? <bdi>{session.displayName}</bdi> : t("channel.facts.unknown")],
    [t("session.linkedAt"), <Moment key="linked" at={session.linkedAt} />],
    [t("session.lastSeen"), <Moment key="seen" at={session.lastSeenAt} />],
    [
      t("session.history"),
      session.historyDays === 0 ? t("link.history.0") : t("session.historyDays", { n: session.historyDays }),
    ],
    [t("session.agreed"), acknowledgement ? <Moment key="agreed" at={acknowledgement.at} /> : t("page.never")],
  ];
  return (
    <dl className="grid gap-x-10 md:grid-cols-2">
      {facts.map(([name, value]) => (
        <div key={name} className="flex min-h-10 items-center justify-between gap-3 border-b border-line">
          <dt className="text-text-2">{name}</dt>
          <dd className="tabular min-w-0 truncate text-end">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
