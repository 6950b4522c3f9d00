import type { ResultOf } from "@keepword/sdk";
import { locale, t, type TextKey } from "../../text.ts";
import { span } from "../../time.ts";

export type Subject = ResultOf<"uptime.get">["services"][number];
export type Day = Subject["days"][number];

const services = [
  "server",
  "database",
  "blobs",
  "mail",
  "outbox",
  "webhooks",
  "media",
  "search",
  "jobs",
  "sweeps",
] as const;
const reasons = [
  ...["check_failed", "provider_stopped", "sending_stalled"],
  ...["session_lost", "session_replaced", "session_logged_out", "session_failed"],
  ...["unreachable", "slow", "behind", "not_running"],
];

/** A service of a newer server has its own name. */
export function serviceName(id: string): string {
  return (services as readonly string[]).includes(id) ? t(`health.service.${id}` as TextKey) : id;
}

export function reasonText(reason: string): string {
  return reasons.includes(reason) ? t(`health.reason.${reason}` as TextKey) : reason;
}

/** 99.97 %, and 100 % only for nothing missed. */
export function percent(part: number): string {
  const shown = part < 1 ? Math.min(part, 0.9999) : 1;
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 2 }).format(shown);
}

export function dayText(date: string): string {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(date));
}

/** What a day was like, in words. Every measurement stands for a minute, but for the mail server's. */
export function dayWords({ date, up, down }: Day, minutesEach: number): string {
  const day = dayText(date);
  if (up + down === 0) return t("health.day.unknown", { day });
  if (down === 0) return t("health.day.good", { day });
  return t("health.day.down", { day, span: span(down * minutesEach * 60_000) });
}

export const minutesEach = (id: string): number => (id === "mail" ? 15 : 1);
