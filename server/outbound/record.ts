// What became of the calls, written in batches: one transaction for everything that came back in the last few milliseconds.
import { askForCheck } from "../channels/channels.ts";
import { settleMessages, type Settled } from "../messages/settle-messages.ts";
import { applyOwnChanges, type OwnChange } from "../messages/apply-own-changes.ts";
import { createRecorder, type Recorder } from "../platform/batch-recorder.ts";
import type { App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import type { StoredError } from "../messages/message-error.ts";
import type { Claimed } from "./claim.ts";

export type Outcome =
  | { kind: "sent"; claimed: Claimed; providerMessageId: string; change?: Pick<OwnChange, "messageId" | "text"> }
  | { kind: "failed"; claimed: Claimed; error: StoredError }
  | { kind: "retry"; claimed: Claimed; afterMs: number; errorCode: string }
  /** taken, but not called: goes back as if it had never been taken */
  | { kind: "put_back"; claimed: Claimed; afterMs: number }
  /** the answer was lost: only a status that names our message can tell */
  | { kind: "unsettled"; claimed: Claimed; errorCode: string };

/** Keeps outcomes until they are committed; what is given up at the end of the process is left to `settleLostSends`. */
export const createSendRecorder = (app: App, onCommitted: (outcomes: readonly Outcome[]) => void): Recorder<Outcome> =>
  createRecorder({
    lingerMs: 5,
    // 1,000 messages/s in some 30 transactions instead of 100 a second
    loadedLingerMs: 25,
    record: (outcomes) => recordOutcomes(app, outcomes),
    onFailure: (error, outcomes) => app.log.error({ err: error, outcomes }, "outcomes of sends are not recorded yet"),
    onCommitted,
  });

const isKind =
  <K extends Outcome["kind"]>(kind: K) =>
  (outcome: Outcome): outcome is Extract<Outcome, { kind: K }> =>
    outcome.kind === kind;

async function recordOutcomes(app: App, outcomes: readonly Outcome[]): Promise<void> {
  const workspaceIds = [...new Set(outcomes.map((o) => o.claimed.workspaceId))];
  await txRetry(app.db, { workspaceIds }, async (tx) => {
    const settled: Settled[] = outcomes.flatMap((o): Settled[] => {
      const { workspaceId, channelId, messageId } = o.claimed;
      const ids = { workspaceId, channelId, messageId };
      if (o.kind === "sent") return [{ ...ids, providerMessageId: o.providerMessageId }];
      return o.kind === "failed" ? [{ ...ids, error: o.error }] : [];
    });
    await settleMessages(app, tx, settled);
    await applyOwnChanges(
      app,
      tx,
      outcomes.flatMap((o) => {
        if (o.kind !== "sent" || !o.change) return [];
        return [{ workspaceId: o.claimed.workspaceId, ...o.change }];
      }),
    );
    // sent without waiting for each other's answers; the connection keeps their order
    await Promise.all([
      removeRows(
        tx,
        outcomes.filter((o) => o.kind === "sent" || o.kind === "failed"),
      ),
      moveRows(tx, app.clock.ms(), outcomes.filter(isKind("retry")), outcomes.filter(isKind("put_back"))),
      leaveRows(tx, outcomes.filter(isKind("unsettled"))),
      closeAttempts(tx, app.clock.now(), outcomes),
    ]);
    await checkChannels(app, tx, outcomes);
  });
}

const stopping = new Set(["message.auth_lost", "message.banned"]);

/** A token that is gone, or a locked account, is found by the channel's check, which says so on its health screen. */
async function checkChannels(app: App, tx: Tx, outcomes: readonly Outcome[]): Promise<void> {
  const lost = new Map(
    outcomes.flatMap(({ claimed: { workspaceId, channelId }, ...o }) =>
      o.kind === "failed" && stopping.has(o.error.code) ? [[channelId, { workspaceId, channelId }]] : [],
    ),
  );
  for (const payload of lost.values()) await askForCheck(app, tx, payload);
}

const idsOf = (outcomes: readonly Outcome[]): [string[], string[]] => [
  outcomes.map((o) => o.claimed.workspaceId),
  outcomes.map((o) => o.claimed.messageId),
];

async function removeRows(tx: Tx, done: readonly Outcome[]): Promise<void> {
  if (done.length === 0) return;
  await tx.named(
    "outbox.remove",
    `delete from outbox o using unnest($1::text[], $2::text[]) as x (w, m) where o.workspace_id = x.w and o.message_id = x.m`,
    idsOf(done),
  );
}

async function moveRows(
  tx: Tx,
  nowMs: number,
  retries: readonly Extract<Outcome, { kind: "retry" }>[],
  putBack: readonly Extract<Outcome, { kind: "put_back" }>[],
): Promise<void> {
  const moved = [...retries, ...putBack];
  if (moved.length === 0) return;
  await tx.named(
    "outbox.move",
    `update outbox o set state = 'waiting', owner = null, due_at = x.due_at, attempts = o.attempts - x.back
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[]) as x (w, m, due_at, back)
     where o.workspace_id = x.w and o.message_id = x.m`,
    [...idsOf(moved), moved.map((o) => new Date(nowMs + o.afterMs)), moved.map((o) => (o.kind === "put_back" ? 1 : 0))],
  );
  if (putBack.length === 0) return;
  await tx.named(
    "attempt.undo",
    `delete from send_attempt a using unnest($1::text[], $2::text[], $3::int[]) as x (w, m, n)
     where a.workspace_id = x.w and a.message_id = x.m and a.attempt = x.n`,
    [...idsOf(putBack), putBack.map((o) => o.claimed.attempt)],
  );
}

async function leaveRows(tx: Tx, unsettled: readonly Outcome[]): Promise<void> {
  if (unsettled.length === 0) return;
  await tx.named(
    "outbox.leave",
    `update outbox o set state = 'unsettled' from unnest($1::text[], $2::text[]) as x (w, m)
     where o.workspace_id = x.w and o.message_id = x.m`,
    idsOf(unsettled),
  );
}

async function closeAttempts(tx: Tx, now: Date, outcomes: readonly Outcome[]): Promise<void> {
  await tx.named(
    "attempt.close",
    `update send_attempt a set finished_at = $4, outcome = x.outcome, error_code = x.code
     from unnest($1::text[], $2::text[], $3::int[], $5::text[], $6::text[]) as x (w, m, n, outcome, code)
     where a.workspace_id = x.w and a.message_id = x.m and a.attempt = x.n`,
    [
      ...idsOf(outcomes),
      outcomes.map((o) => o.claimed.attempt),
      now,
      outcomes.map((o) => o.kind),
      outcomes.map((o) =>
        o.kind === "failed" ? (o.error.providerCode ?? o.error.code) : "errorCode" in o ? o.errorCode : null,
      ),
    ],
  );
}
