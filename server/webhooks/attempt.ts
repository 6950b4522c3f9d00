// One call to a receiver, and what it means.
import type { App } from "../platform/context.ts";
import { SafeFetchError } from "../platform/egress-guard.ts";
import { signedHeaders, type OpenEndpoint } from "./endpoint-secrets.ts";

const TIMEOUT_MS = 15_000;
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

export interface Attempt {
  outcome: AttemptOutcome;
  status: number | null;
  startedAt: Date;
  durationMs: number;
  /** the first 2 kB of what the receiver said */
  answer: Buffer | null;
  /** for `slow_down`: how long the receiver wants to be left alone */
  pauseMs: number;
}

type CallApp = Pick<App, "fetch" | "clock" | "config">;

/** Posts one signed body. Never throws. Redirects are not followed; only 2xx is success. */
export async function attempt(
  app: CallApp,
  endpoint: OpenEndpoint,
  message: { id: string; body: string; style: "standard" | "cloud_api" },
): Promise<Attempt> {
  const startedAt = app.clock.now();
  const began = performance.now();
  const done = (outcome: AttemptOutcome, more: Partial<Attempt> = {}): Attempt => ({
    ...{ outcome, status: null, startedAt, answer: null, pauseMs: 0 },
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
    if (!(error instanceof SafeFetchError)) return done("broken");
    switch (error.kind) {
      case "timeout":
      case "unreachable":
      case "blocked":
        return done(error.kind);
      case "aborted":
      case "too_large":
      case "broken":
        return done("broken");
    }
  }
}

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
