// What follows from the end of a connection: which state, and when to try again.
import type { SessionEnd } from "../providers/provider.ts";
import type { SessionPatch, SessionRow } from "./session-row.ts";

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 300_000;
/** Some sixteen hours at the longest wait: longer is no outage, and somebody should look. */
const MAX_ATTEMPTS = 200;

/** The device may still be on the phone's list: the network did not say that it is off the account. */
export const UNCONFIRMED = "asked_unconfirmed";

/** Doubling up to five minutes, ±25 %: after an outage of the network the sessions come back spread out. */
function waitMs(attempt: number): number {
  const base = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 12), MAX_WAIT_MS);
  return Math.round(base * (0.75 + Math.random() * 0.5));
}

/** `row` as it is after the end. Undefined: nothing is to be written. */
export function patchAfter(
  end: SessionEnd,
  row: Pick<SessionRow, "command" | "command_no" | "is_wanted" | "attempts">,
  { wasGood, nowMs }: { wasGood: boolean; nowMs: number },
): SessionPatch | undefined {
  const over = { is_wanted: false, next_attempt_at: null, pairing: null, pairing_expires_at: null };
  switch (end.kind) {
    case "restart":
      return undefined;
    case "pairing_expired":
      return { ...over, state: "unpaired", reason: "pairing_expired" };
    case "replaced":
      return { ...over, state: "replaced", reason: "opened_elsewhere" };
    case "banned":
      return { ...over, state: "failed", reason: `banned_${end.code}` };
    case "logged_out": {
      const done = row.command === "log_out" ? { doneCommand: row.command_no } : {};
      return { ...over, state: "logged_out", reason: end.code, restricted_until: null, ...done };
    }
    case "lost": {
      // ended for a command, which says what follows
      if (row.command !== null) return undefined;
      if (!row.is_wanted) return { ...over, state: "unpaired", reason: `pairing_failed_${end.code}` };
      const attempts = (wasGood ? 0 : row.attempts) + 1;
      if (attempts > MAX_ATTEMPTS) return { ...over, state: "failed", reason: `attempts_over_${end.code}`, attempts };
      const next = new Date(nowMs + waitMs(attempts));
      return { state: "backing_off", reason: end.code, attempts, next_attempt_at: next };
    }
  }
}
