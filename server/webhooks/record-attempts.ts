// What became of the calls, written in batches: one transaction for everything that came back in the last few milliseconds.
import { createRecorder, type Recorder } from "../platform/batch-recorder.ts";
import type { App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { seal } from "../platform/seal.ts";
import { isAboutReceiver, type Attempt } from "./attempt.ts";
import type { Claimed } from "./claim.ts";
import { answerPlace } from "./delivery.ts";
import { disableEndpoint } from "./endpoint-state.ts";
import { findUnrendered } from "./skip-unrendered.ts";

export type Outcome =
  | { kind: "called"; claimed: Claimed; attempt: Attempt }
  /** taken, but not called: goes back as if it had never been taken */
  | { kind: "put_back"; claimed: Claimed };
type Called = Extract<Outcome, { kind: "called" }>;

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
/** Pauses between attempts, the schedule of Standard Webhooks: nine attempts in 51 h 35 min. */
export const RETRY_AFTER_MS = [
  ...[5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours],
] as const;
const JITTER = 0.1;
/** From so many failures in a row on, the endpoint is left alone between attempts, doubling up to a minute. */
export const BACKS_OFF_FROM = 5;
const MAX_BACKOFF_SECONDS = 60;
/** An endpoint that does nothing but fail for so long is switched off. */
export const DISABLED_AFTER_MS = 5 * 24 * hours;
/** Longer than the longest pause of the schedule: a failure so long ago belongs to another story. */
const FORGIVEN_AFTER_MS = 48 * hours;

/** Keeps outcomes until they are committed; what is given up at the end of the process is called again when its lease is over. */
export const createAttemptRecorder = (
  app: App,
  onCommitted: (outcomes: readonly Outcome[]) => void,
): Recorder<Outcome> =>
  createRecorder({
    ...{ lingerMs: 2, loadedLingerMs: 15 },
    record: (outcomes) => recordOutcomes(app, outcomes),
    onFailure: (error, outcomes) =>
      app.log.error({ err: error, outcomes }, "outcomes of deliveries are not recorded yet"),
    onCommitted,
  });

async function recordOutcomes(app: App, outcomes: readonly Outcome[]): Promise<void> {
  const workspaceIds = [...new Set(outcomes.map((o) => o.claimed.workspaceId))];
  // in one order, so that two recorders cannot deadlock
  const sorted = outcomes.toSorted((a, b) => (a.claimed.deliveryId < b.claimed.deliveryId ? -1 : 1));
  const called = sorted.filter((o): o is Called => o.kind === "called");
  await txRetry(app.db, { workspaceIds }, async (tx) => {
    const unrendered = await findUnrendered(tx, called);
    // sent without waiting for each other's answers; the connection keeps their order
    const [, , states] = await Promise.all([
      settle(app, tx, sorted, unrendered),
      keepAttempts(app, tx, called),
      // in order of arrival: it counts what came after the last success
      noteHealth(
        app,
        tx,
        outcomes.filter((o): o is Called => o.kind === "called"),
      ),
    ]);
    for (const { workspaceId, endpointId, reason } of states)
      await disableEndpoint(app, tx, { workspaceId, endpointId, reason, by: { kind: "system", id: null } });
  });
}

/** When the attempt after this one is due, or undefined when it was the last. */
function nextDue({ claimed, attempt }: Called, nowMs: number): Date | undefined {
  const pause = RETRY_AFTER_MS[claimed.attempt - 1];
  if (pause === undefined || attempt.outcome === "content_gone") return undefined;
  const spread = pause * (1 - JITTER + Math.random() * 2 * JITTER);
  return new Date(nowMs + Math.max(spread, attempt.pauseMs));
}

async function settle(app: App, tx: Tx, outcomes: readonly Outcome[], unrendered: ReadonlySet<string>): Promise<void> {
  const nowMs = app.clock.ms();
  const rows = outcomes.map((o) => {
    const { workspaceId, deliveryId, attempt } = o.claimed;
    if (o.kind === "put_back") return { workspaceId, deliveryId, attempt, back: 1 };
    const { outcome, status } = o.attempt;
    const due = outcome === "delivered" || unrendered.has(deliveryId) ? undefined : nextDue(o, nowMs);
    const state = outcome === "delivered" ? "delivered" : due ? "pending" : "failed";
    return { workspaceId, deliveryId, attempt, back: 0, state, due, outcome, status };
  });
  // `attempts` is the fence: what was taken again meanwhile, or is to be delivered anew, is not ours any more
  await tx.named(
    "delivery.settle",
    `update delivery d set leased_until = null, attempts = d.attempts - x.back, state = coalesce(x.state, d.state),
       due_at = coalesce(x.due, d.due_at), last_outcome = coalesce(x.outcome, d.last_outcome), last_status = case when x.back = 1
       then d.last_status else x.status end, finished_at = case when x.state in ('delivered', 'failed') then $9::timestamptz end
     from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::text[], $8::int[])
       as x (w, id, attempt, back, state, due, outcome, status)
     where d.workspace_id = x.w and d.id = x.id and d.attempts = x.attempt and d.state = 'pending'`,
    [
      rows.map((row) => row.workspaceId),
      rows.map((row) => row.deliveryId),
      rows.map((row) => row.attempt),
      rows.map((row) => row.back),
      rows.map((row) => row.state ?? null),
      rows.map((row) => row.due ?? null),
      rows.map((row) => row.outcome ?? null),
      rows.map((row) => row.status ?? null),
      new Date(nowMs),
    ],
  );
}

async function keepAttempts(app: App, tx: Tx, called: readonly Called[]): Promise<void> {
  if (called.length === 0) return;
  const ids = called.map(() => newId("att"));
  await tx.named(
    "delivery.attempts",
    `insert into delivery_attempt (workspace_id, id, delivery_id, started_at, duration_ms, outcome, status, answer, fault)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::int[], $8::bytea[], $9::text[])`,
    [
      called.map((o) => o.claimed.workspaceId),
      ids,
      called.map((o) => o.claimed.deliveryId),
      called.map((o) => o.attempt.startedAt),
      called.map((o) => o.attempt.durationMs),
      called.map((o) => o.attempt.outcome),
      called.map((o) => o.attempt.status),
      called.map((o, i) => sealAnswer(app, o, ids[i] ?? "")),
      called.map((o) => o.attempt.fault),
    ],
  );
}

function sealAnswer(app: App, { claimed: { workspaceId }, attempt: { answer } }: Called, id: string): Buffer | null {
  if (!answer) return null;
  const subject = `workspace:${workspaceId}`;
  try {
    const key = app.keyring.ensure([{ subject, parent: null }]).get(subject);
    return key ? seal(key, answerPlace(workspaceId, id), answer) : null;
  } catch (error) {
    // the workspace was closed while it was called: nothing of it is kept, and the others' outcomes go on
    if (error instanceof KeyDestroyed) return null;
    throw error;
  }
}

interface Health {
  workspaceId: string;
  endpointId: string;
  hasSuccess: boolean;
  /** failures since the last success of this batch */
  failures: number;
  pauseMs: number;
  isGone: boolean;
}

function healthOf(called: readonly Called[]): Health[] {
  const byEndpoint = new Map<string, Health>();
  for (const { claimed, attempt } of called) {
    if (!isAboutReceiver(attempt)) continue;
    const { workspaceId, endpointId } = claimed;
    const blank: Health = { workspaceId, endpointId, hasSuccess: false, failures: 0, pauseMs: 0, isGone: false };
    const health = byEndpoint.get(endpointId) ?? blank;
    byEndpoint.set(endpointId, health);
    if (attempt.outcome === "delivered") Object.assign(health, { hasSuccess: true, failures: 0 });
    else health.failures += 1;
    health.pauseMs = Math.max(health.pauseMs, attempt.pauseMs);
    health.isGone ||= attempt.outcome === "gone";
  }
  return [...byEndpoint.values()].toSorted((a, b) => (a.endpointId < b.endpointId ? -1 : 1));
}

// A healthy endpoint's row is written every 10 s, not with every batch.
const HEALTH = `update webhook_endpoint e set
    failing_since = case when x.failures = 0 then null when x.has_success or e.failing_since is null or e.last_failure_at < $7 then $6
      else e.failing_since end,
    last_failure_at = case when x.failures > 0 then $6 else e.last_failure_at end,
    failure_count = case when x.has_success then x.failures else e.failure_count + x.failures end,
    last_success_at = case when x.has_success then $6 else e.last_success_at end,
    paused_until = case when x.pause_ms > 0 then greatest(e.paused_until, $6::timestamptz + x.pause_ms * interval '1 ms')
      when not x.has_success and e.failure_count + x.failures >= $8
        then greatest(e.paused_until, $6::timestamptz + least(2 ^ least(e.failure_count + x.failures - $8, 10), $9) * interval '1 s')
      when x.has_success then null else e.paused_until end
  from unnest($1::text[], $2::text[], $3::bool[], $4::int[], $5::int[]) as x (w, id, has_success, failures, pause_ms)
  where e.workspace_id = x.w and e.id = x.id and e.status = 'enabled' and (x.failures > 0 or x.pause_ms > 0 or e.failure_count > 0
    or e.failing_since is not null or e.paused_until is not null or e.last_success_at is null or e.last_success_at < $6::timestamptz - interval '10 s')
  returning e.workspace_id as "workspaceId", e.id as "endpointId", e.failing_since as "failingSince"`;

interface SwitchedOff {
  workspaceId: string;
  endpointId: string;
  reason: "gone" | "failing";
}

/** Writes how the receivers fare. Returns those that are to be switched off. */
async function noteHealth(app: App, tx: Tx, called: readonly Called[]): Promise<SwitchedOff[]> {
  const all = healthOf(called);
  if (all.length === 0) return [];
  const nowMs = app.clock.ms();
  const rows = await tx.named<{ workspaceId: string; endpointId: string; failingSince: Date | null }>(
    "webhook.health",
    HEALTH,
    [
      all.map((health) => health.workspaceId),
      all.map((health) => health.endpointId),
      all.map((health) => health.hasSuccess),
      all.map((health) => health.failures),
      all.map((health) => health.pauseMs),
      new Date(nowMs),
      new Date(nowMs - FORGIVEN_AFTER_MS),
      BACKS_OFF_FROM,
      MAX_BACKOFF_SECONDS,
    ],
  );
  const gone = new Set(all.filter((health) => health.isGone).map((health) => health.endpointId));
  return rows.flatMap(({ workspaceId, endpointId, failingSince }): SwitchedOff[] => {
    if (gone.has(endpointId)) return [{ workspaceId, endpointId, reason: "gone" }];
    const isOver = failingSince !== null && nowMs - failingSince.getTime() >= DISABLED_AFTER_MS;
    return isOver ? [{ workspaceId, endpointId, reason: "failing" }] : [];
  });
}
