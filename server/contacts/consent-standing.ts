// What the ledger comes to, per purpose: for the people who look at it. The gate is opt-out.ts.
import { personMethods } from "./opt-out.ts";

export const standings = [
  "platform_stopped",
  "objected",
  "withdrawn",
  "confirmed",
  "granted",
  "imported",
  "requested",
  "expired",
  "none",
] as const;
export type Standing = (typeof standings)[number];

export interface LedgerEntry {
  id: string;
  channelId: string | null;
  purpose: string;
  action: string;
  method: string;
  occurredAt: Date;
  expiresAt: Date | null;
}

export interface StandingView {
  standing: Standing;
  /** the entry that decides */
  entry: LedgerEntry | undefined;
}

const isPersons = (entry: LedgerEntry): boolean => (personMethods as readonly string[]).includes(entry.method);
const isGrant = (entry: LedgerEntry): boolean => entry.action === "granted" || entry.action === "confirmed";

/**
 * The strongest of what was said about one purpose. `channelId` null looks at the entries of all channels, so a stop on any of them
 * shows. `needsConfirmation`: only the person's own agreement counts.
 */
export function standingOf(
  ledger: readonly LedgerEntry[],
  on: { purpose: string; channelId: string | null; now: Date; needsConfirmation: boolean },
): StandingView {
  const own = ledger
    .filter((e) => e.purpose === on.purpose)
    .filter((e) => on.channelId === null || e.channelId === null || e.channelId === on.channelId)
    .toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime() || (a.id < b.id ? 1 : -1));
  const told = Map.groupBy(
    own.filter((e) => e.action === "platform_stop" || e.action === "platform_resume"),
    (e) => (on.channelId === null ? e.channelId : ""),
  );
  for (const entries of told.values()) {
    const newest = entries.filter((e) => e.occurredAt.getTime() === entries[0]?.occurredAt.getTime());
    const stop = newest.find((e) => e.action === "platform_stop");
    if (stop) return { standing: "platform_stopped", entry: stop };
  }
  const lift = ledger
    .filter((e) => e.purpose === on.purpose && isGrant(e) && isPersons(e))
    .reduce((latest, e) => Math.max(latest, e.occurredAt.getTime()), -Infinity);
  for (const [action, standing] of [
    ["objected", "objected"],
    ["withdrawn", "withdrawn"],
  ] as const) {
    const refused = own.find((e) => e.action === action && e.occurredAt.getTime() >= lift);
    if (refused) return { standing, entry: refused };
  }
  return agreed(own, on);
}

function agreed(own: readonly LedgerEntry[], on: { now: Date; needsConfirmation: boolean }): StandingView {
  const over = own.find((e) => e.action === "expired" && e.occurredAt <= on.now);
  const grants = own.filter((e) => isGrant(e) && e.occurredAt <= on.now);
  const inForce = grants.filter(
    (e) =>
      (e.expiresAt === null || e.expiresAt > on.now) &&
      (!over || e.occurredAt > over.occurredAt) &&
      (!on.needsConfirmation || isPersons(e)),
  );
  const confirmed = inForce.find((e) => e.action === "confirmed");
  if (confirmed) return { standing: "confirmed", entry: confirmed };
  const granted = inForce.find((e) => e.method !== "import");
  if (granted) return { standing: "granted", entry: granted };
  if (inForce[0]) return { standing: "imported", entry: inForce[0] };
  const asked = own.find((e) => e.action === "requested");
  if (asked && (asked.expiresAt === null || asked.expiresAt > on.now)) return { standing: "requested", entry: asked };
  if (over ?? grants.some((e) => e.expiresAt !== null && e.expiresAt <= on.now))
    return { standing: "expired", entry: over ?? grants[0] };
  return { standing: "none", entry: undefined };
}

/** What the gate lets through: marketing needs a consent where the person did not write first, other messages the absence of a refusal. */
export function maySend(standing: Standing, purpose: string): boolean {
  if (standing === "confirmed" || standing === "granted" || standing === "imported") return true;
  const isRefused = standing === "platform_stopped" || standing === "objected" || standing === "withdrawn";
  return purpose === "utility" && !isRefused;
}
