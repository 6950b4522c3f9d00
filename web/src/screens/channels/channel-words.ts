import type { Channel } from "../../admin-api.ts";
import { t } from "../../text.ts";
import type { Tone } from "../../ui/badge.tsx";

export const statusTone: Record<Channel["status"], Tone> = {
  verifying: "plain",
  connected: "success",
  needs_attention: "danger",
  disconnected: "plain",
  deleting: "plain",
};

/** A channel that waits for its phone is not being checked. */
export function statusText({ hasSession, status }: Channel): string {
  return t(hasSession && status === "verifying" ? "channels.status.unlinked" : `channels.status.${status}`);
}

export const networks = ["whatsapp_cloud", "whatsapp_linked", "messenger", "instagram"] as const;
export type Network = (typeof networks)[number];

export type Keeping = { kind: "days"; days: number } | { kind: "full" } | { kind: "metadata" };

/** `full`, `days:N` or `metadata-only`, as the API writes it. */
export function readKeeping(mode: string): Keeping {
  const days = /^days:(\d+)$/.exec(mode)?.[1];
  return days ? { kind: "days", days: Number(days) } : { kind: mode === "full" ? "full" : "metadata" };
}

export function writeKeeping(keeping: Keeping): string {
  return keeping.kind === "days" ? `days:${keeping.days}` : keeping.kind === "full" ? "full" : "metadata-only";
}

export function isValidKeeping(keeping: Keeping): boolean {
  return keeping.kind !== "days" || (Number.isInteger(keeping.days) && keeping.days >= 1 && keeping.days <= 3650);
}

export function keepingText(keeping: Keeping): string {
  return keeping.kind === "days"
    ? t("channels.keep.now.days", { n: keeping.days })
    : t(keeping.kind === "full" ? "channels.keep.now.full" : "channels.keep.now.metadata");
}

const strictness = (keeping: Keeping): number =>
  keeping.kind === "full" ? Infinity : keeping.kind === "days" ? keeping.days : 0;

/** Whether going from one to the other destroys something. */
export function isStricter(from: Keeping, to: Keeping): boolean {
  return strictness(to) < strictness(from);
}

/** A word nobody can guess, for Meta to say back to us. */
export function makeVerifyToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Secrets never come back from the server; the verify token is kept in this tab's memory until it is entered at Meta. */
const fresh = new Map<string, string>();
export function rememberVerifyToken(channelId: string, token: string): void {
  fresh.set(channelId, token);
}
export function freshVerifyToken(channelId: string): string | undefined {
  return fresh.get(channelId);
}
