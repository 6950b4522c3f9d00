// One call to a receiver, and what it means.
import type { App } from "../platform/context.ts";
import { SafeFetchError } from "../platform/egress-guard.ts";
import { signedHeaders, type OpenEndpoint } from "./endpoint-secrets.ts";

/** How long a call may take. */
export const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const KEPT_ANSWER_BYTES = 2_048;
/** A receiver that says "later" without saying when. */
const SLOW_DOWN_MS = 30_000;
const MAX_SLOW_DOWN_MS = 3_600_000;

export const attemptOutcomes = [
  "delivered",
  "refused",
  "redirect",
  "gone",
  "slow_down",
  "timeout",
  "unreachable",
  "blocked",
  "broken",
  "content_gone",
] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** Why an attempt is `broken`. `not_rendered`: this server could not put the event into words, so nothing was sent. */
export const attemptFaults = ["connection_broken", "answer_too_large", "not_rendered", "unexpected"] as const;
export type AttemptFault = (typeof attemptFaults)[number];

export interface Attempt {
  outcome: AttemptOutcome;
  status: number | null;
  startedAt: Date;
  durationMs: number;
  /** the first 2 kB of what the receiver said */
  answer: Buffer | null;
  /** for `slow_down`: how long the receiver wants to be left alone */
  pauseMs: number;
  fault: AttemptFault | null;
}

type CallApp = Pick<App, "fetch" | "clock" | "config" | "log">;

/** Posts one signed body. Never throws. Redirects are not followed; only 2xx is success. */
export async function attempt(
  app: CallApp,
  endpoint: OpenEndpoint,
  message: { id: string; body: string; style: "standard" | "cloud_api" },
): Promise<Attempt> {
  const startedAt = app.clock.now();
  const began = performance.now();
  const done = (outcome: AttemptOutcome, more: Partial<Attempt> = {}): Attempt => ({
    ...{ outcome, status: null, startedAt, answer: null, pauseMs: 0, fault: null },
    durationMs: Math.round(performance.now() - began),
    ...more,
  });
  try {
    const headers = await signedHeaders(endpoint, { ...message, atMs: startedAt.getTime() });
    const answer = await app.fetch.post(endpoint.url, {
      ...{
        headers,
        body: message.body,
        timeoutMs: TIMEOUT_MS,
        keepBytes: KEPT_ANSWER_BYTES,
        maxBytes: MAX_ANSWER_BYTES,
      },
      isPrivateAllowed: app.config.allowPrivateTargets,
    });
    const { status, head } = answer;
    const retryAfter = answer.headers.get("retry-after");
    const outcome = outcomeOf(status, retryAfter !== null);
    const pauseMs = outcome === "slow_down" ? pauseOf(retryAfter, startedAt.getTime()) : 0;
    return done(outcome, { status, answer: head.length > 0 ? head : null, pauseMs });
  } catch (error) {
    if (!(error instanceof SafeFetchError)) {
      app.log.error({ err: error }, "a webhook could not be called");
      return done("broken", { fault: "unexpected" });
    }
    switch (error.kind) {
      case "timeout":
      case "unreachable":
      case "blocked":
        return done(error.kind);
      case "too_large":
        return done("broken", { fault: "answer_too_large" });
      case "aborted":
      case "broken":
        return done("broken", { fault: "connection_broken" });
    }
  }
}

/** An attempt that called nobody, because there is nothing to send. The receiver has no part in it. */
export function notCalled(app: Pick<App, "clock">, why: "content_gone" | "not_rendered"): Attempt {
  const frame = { status: null, answer: null, pauseMs: 0, startedAt: app.clock.now(), durationMs: 0 };
  return why === "content_gone"
    ? { ...frame, outcome: "content_gone", fault: null }
    : { ...frame, outcome: "broken", fault: "not_rendered" };
}

/** Whether it says something about the receiver. */
export const isAboutReceiver = ({ outcome, fault }: Attempt): boolean =>
  outcome !== "content_gone" && fault !== "not_rendered";

function outcomeOf(status: number, hasRetryAfter: boolean): AttemptOutcome {
  if (status >= 200 && status < 300) return "delivered";
  if (status === 410) return "gone";
  if (status === 429 || status === 502 || status === 504 || hasRetryAfter) return "slow_down";
  return status >= 300 && status < 400 ? "redirect" : "refused";
}

/** Seconds or a date (RFC 9110, 10.2.3); an hour at most. */
function pauseOf(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return SLOW_DOWN_MS;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : new Date(retryAfter).getTime() - nowMs;
  return Number.isNaN(ms) ? SLOW_DOWN_MS : Math.min(Math.max(ms, 1_000), MAX_SLOW_DOWN_MS);
}
