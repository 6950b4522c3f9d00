import type { ChannelHealth } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { ago } from "../../time.ts";
import { cx } from "../../ui/cx.ts";
import { useNow } from "../shell/moment.tsx";
import { checkReport } from "./use-health.ts";

/** The one line that says how a channel fares; red only where someone must act. */
export function HealthLead({
  health,
  session,
}: {
  health: ChannelHealth;
  /** Of a linked phone, which has no token. */
  session?: { text: string; tone: "ok" | "bad" | "quiet" };
}) {
  const now = useNow(1_000);
  const isBlocked = checkReport(health)?.canSend === "blocked";
  const received = health.lastInboundAt
    ? t("channel.receiving.message", { at: ago(health.lastInboundAt, now) })
    : health.lastWebhookAt
      ? t("channel.receiving.event", { at: ago(health.lastWebhookAt, now) })
      : t("channel.receiving.nothing");
  const parts = [
    { text: t("channel.receiving", { what: received }), tone: health.lastWebhookAt ? "ok" : "quiet" },
    {
      text: isBlocked ? t("channel.sending.blocked") : t("channel.sending", { n: health.waitingCount }),
      tone: isBlocked ? "bad" : (session ? session.tone === "ok" : health.checkState === "ok") ? "ok" : "quiet",
    },
    session ?? {
      text: t(`channel.token.${health.checkState}`),
      tone: health.checkState === "failed" ? "bad" : health.checkState === "ok" ? "ok" : "quiet",
    },
  ];
  return (
    <ul
      aria-label={t("channel.health")}
      className="flex flex-wrap gap-x-6 gap-y-1.5 rounded-panel border border-line bg-surface px-4 py-3"
    >
      {parts.map(({ text, tone }) => (
        <li key={text} className={cx("tabular flex items-center gap-2", tone === "bad" && "font-medium text-brick")}>
          <span
            aria-hidden
            className={cx(
              "size-2 shrink-0 rounded-full",
              tone === "ok" ? "bg-moss" : tone === "bad" ? "bg-brick" : "border border-edge",
            )}
          />
          {text}
        </li>
      ))}
    </ul>
  );
}
