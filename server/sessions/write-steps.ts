// Steps of many sessions in one transaction: a step is small, and what it costs is the commit. Each waits for its commit as if it were
// alone, so nothing leaves before its key is stored; while one batch is being written, the next one gathers.
import type { App } from "../platform/context.ts";
import { txRetry, type Database } from "../platform/db.ts";
import { DatabaseLost } from "../platform/db-errors.ts";
import type { Lease } from "./lease.ts";

export interface SealedKey {
  kind: string;
  index: Buffer;
  /** null removes it */
  value: Buffer | null;
}

/** What one step of a session changes, sealed. */
export interface Step {
  lease: Lease;
  keys: readonly SealedKey[];
  journal?: { hash: Buffer; entry: Buffer };
}

interface Waiting {
  step: Step;
  resolve: (isOwner: boolean) => void;
  reject: (error: unknown) => void;
}

const maxBatch = 100;

// `for share` meets the take-over of a lease: either this write is first, or it sees a fence that is not its own and writes nothing of
// that session. Leases are locked in the order of their key, as those who renew them do. `n` is the step's number in the batch.
const WRITE = `with mine as (select x.n, l.workspace_id, l.channel_id from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
      with ordinality as x (w, c, o, f, n)
    join session_lease l on l.workspace_id = x.w and l.channel_id = x.c and l.owner = x.o and l.fence = x.f
    order by l.workspace_id, l.channel_id for share of l),
  put as (insert into session_key (workspace_id, channel_id, kind, key_index, value)
    select m.workspace_id, m.channel_id, x.kind, x.idx, x.value
    from unnest($5::int[], $6::text[], $7::bytea[], $8::bytea[]) as x (n, kind, idx, value) join mine m on m.n = x.n
    on conflict (workspace_id, channel_id, kind, key_index) do update set value = excluded.value),
  gone as (delete from session_key k using unnest($9::int[], $10::text[], $11::bytea[]) as x (n, kind, idx), mine m
    where m.n = x.n and k.workspace_id = m.workspace_id and k.channel_id = m.channel_id and k.kind = x.kind and k.key_index = x.idx),
  noted as (insert into decrypt_journal (workspace_id, channel_id, hash, entry, created_at)
    select m.workspace_id, m.channel_id, x.hash, x.entry, $12 from unnest($13::int[], $14::bytea[], $15::bytea[]) as x (n, hash, entry)
    join mine m on m.n = x.n on conflict do nothing)
  select n::int from mine`;

const queues = new WeakMap<Database, { waiting: Waiting[]; isWriting: boolean }>();

/** Resolves once the step is durable: true, or false when another process owns the session and nothing of the step was written. */
export function writeStep(app: Pick<App, "db" | "clock">, step: Step): Promise<boolean> {
  const queue = queues.get(app.db) ?? { waiting: [], isWriting: false };
  queues.set(app.db, queue);
  return new Promise((resolve, reject) => {
    queue.waiting.push({ step, resolve, reject });
    if (queue.isWriting) return;
    queue.isWriting = true;
    // a message is encrypted for several devices in one turn of the loop
    setImmediate(() => void writeAll(app, queue));
  });
}

async function writeAll(
  app: Pick<App, "db" | "clock">,
  queue: { waiting: Waiting[]; isWriting: boolean },
): Promise<void> {
  while (queue.waiting.length > 0) await writeBatch(app, queue.waiting.splice(0, maxBatch));
  queue.isWriting = false;
}

async function writeBatch(app: Pick<App, "db" | "clock">, batch: readonly Waiting[]): Promise<void> {
  try {
    const owned = await writeSteps(
      app,
      batch.map(({ step }) => step),
    );
    batch.forEach(({ resolve }, at) => resolve(owned.has(at + 1)));
  } catch (error) {
    // without a database each alone would wait for it in turn
    if (batch.length === 1 || error instanceof DatabaseLost) return batch.forEach(({ reject }) => reject(error));
    // one session's bad step must not end the others; what was written after all is written again
    for (const item of batch) await writeBatch(app, [item]);
  }
}

/** Returns the numbers, from 1, of the steps that were written. */
async function writeSteps(app: Pick<App, "db" | "clock">, steps: readonly Step[]): Promise<Set<number>> {
  // one statement writes a key once: the last of the batch
  const last = new Map<string, SealedKey & { n: number }>();
  steps.forEach(({ lease, keys }, at) => {
    for (const key of keys)
      last.set(`${lease.channelId}/${lease.fence}/${key.kind}/${key.index.toString("latin1")}`, { ...key, n: at + 1 });
  });
  const put = [...last.values()].filter((key) => key.value !== null);
  const gone = [...last.values()].filter((key) => key.value === null);
  const journals = steps.flatMap(({ journal }, at) => (journal ? [{ n: at + 1, ...journal }] : []));
  const leases = steps.map(({ lease }) => lease);
  const workspaceIds = [...new Set(leases.map(({ workspaceId }) => workspaceId))];
  const rows = await txRetry(app.db, { workspaceIds }, (tx) =>
    tx.named<{ n: number }>("session.write_steps", WRITE, [
      ...[leases.map((lease) => lease.workspaceId), leases.map((lease) => lease.channelId)],
      ...[leases.map((lease) => lease.owner), leases.map((lease) => lease.fence)],
      ...[put.map((key) => key.n), put.map((key) => key.kind), put.map((key) => key.index)],
      put.map((key) => key.value),
      ...[gone.map((key) => key.n), gone.map((key) => key.kind), gone.map((key) => key.index)],
      app.clock.now(),
      ...[journals.map((one) => one.n), journals.map((one) => one.hash), journals.map((one) => one.entry)],
    ]),
  );
  return new Set(rows.map((row) => row.n));
}
