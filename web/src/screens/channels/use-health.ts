import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { adminQueries, type ChannelHealth } from "../../admin-api.ts";

/** Traffic figures are written every few seconds and send no event, so they are asked for while they are looked at. */
export function useHealth(channelId: string, everyMs: number): UseQueryResult<ChannelHealth> {
  return useQuery({ ...adminQueries.channelHealth(channelId), refetchInterval: everyMs });
}

/** What the provider's check found, as far as this screen shows it. */
export interface CheckReport {
  quality: "green" | "yellow" | "red" | "unknown";
  canSend: "available" | "limited" | "blocked" | "unknown";
  dailyLimit?: number | null;
  messagesPerSecond?: number;
  isSubscribed: boolean;
}

export function checkReport(health: ChannelHealth): CheckReport | undefined {
  const check = health.details["check"];
  return typeof check === "object" && check !== null ? (check as CheckReport) : undefined;
}

export interface ProviderReport {
  change: string;
  event: string;
  severity: "info" | "warn" | "stop";
  at: string;
  values: Record<string, string | number | boolean>;
}

/** One entry a kind, newest first; `check` and the number's own facts are not among them. */
export function providerReports(health: ChannelHealth): ProviderReport[] {
  return Object.entries(health.details)
    .flatMap(([change, value]) =>
      typeof value === "object" && value !== null && "event" in value && "severity" in value
        ? [{ ...(value as Omit<ProviderReport, "change">), change }]
        : [],
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

export function textDetail(health: ChannelHealth, name: string): string {
  const value = health.details[name];
  return typeof value === "string" ? value : "";
}
