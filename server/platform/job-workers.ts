import { EventEmitter } from "node:events";
import type { WorkerEvents } from "graphile-worker";
import pg from "pg";

export interface WorkerLocks {
  /** Passed to the runner: tells which worker pools it makes (their ids are in `locked_by`). */
  events: WorkerEvents;
  /** Resolves once the locks of the pools made so far are held. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkerLocksOptions {
  url: string;
  onLog: (level: "error" | "warning", message: string) => void;
}

const sweepMs = 10_000;
// first half of a two-part advisory lock key; any constant no other lock uses
const lockSpace = 727_002;

/**
 * A job of a killed process would stay locked for four hours, graphile-worker's limit. So each worker pool holds an advisory lock
 * of its id for as long as its process lives, and every process frees the jobs of pools whose lock nobody holds.
 */
export async function holdWorkerLocks(options: WorkerLocksOptions): Promise<WorkerLocks> {
  const pools = new Set<string>();
  const ended = new Set<string>();
  const events = new EventEmitter() as WorkerEvents;
  let client: pg.Client | undefined;
  let isClosed = false;
  let turn: Promise<void> = Promise.resolve();

  const connect = async () => {
    const next = new pg.Client({ connectionString: options.url, application_name: "keepword-jobs", keepAlive: true });
    next.on("error", () => (client = undefined)); // the next sweep connects anew
    await next.connect();
    for (const id of pools) await next.query("select pg_advisory_lock($1, hashtext($2))", [lockSpace, id]);
    client = next;
  };
  // one statement at a time: sweeps and new workers' locks share the connection
  const inTurn = (work: () => Promise<void>) =>
    (turn = turn.then(work).catch((error: unknown) => {
      if (!isClosed)
        options.onLog("warning", `Watching the job workers: ${(error as { code?: string }).code ?? "failed"}`);
    }));
  const sweep = async () => {
    if (isClosed) return;
    if (!client) await connect();
    if (client) await freeJobsOfDeadWorkers(client, pools, new Date());
  };

  await connect();
  events.on("pool:create", ({ workerPool }) => {
    pools.add(workerPool.id);
    void inTurn(
      async () => void (await client?.query("select pg_advisory_lock($1, hashtext($2))", [lockSpace, workerPool.id])),
    );
  });
  events.on("pool:release", ({ workerPool }) => {
    pools.delete(workerPool.id);
    ended.add(workerPool.id);
    void inTurn(
      async () => void (await client?.query("select pg_advisory_unlock($1, hashtext($2))", [lockSpace, workerPool.id])),
    );
  });
  void inTurn(sweep);
  const timer = setInterval(() => void inTurn(sweep), sweepMs).unref();
  return {
    events,
    settled: () => turn,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await turn;
      // what could not be written down in time
      await client
        ?.query("select graphile_worker.force_unlock_workers($1::text[])", [[...pools, ...ended]])
        .catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}

/**
 * Returns the pools found dead. Only jobs taken 5 s before `at` or earlier are looked at: a pool takes its lock a moment after it begins
 * to work.
 */
export async function freeJobsOfDeadWorkers(client: pg.Client, own: Iterable<string>, at: Date): Promise<string[]> {
  const before = new Date(at.getTime() - 5_000);
  const { rows } = await client.query<{ id: string; dead: boolean }>(
    `select id, pg_try_advisory_lock($1, hashtext(id)) as dead from (select distinct locked_by as id
       from graphile_worker._private_jobs where locked_at <= $2 and locked_by <> all($3::text[])) as busy`,
    [lockSpace, before, [...own]], // a session gets its own advisory locks again, so its pools would look dead
  );
  const dead = rows.filter((row) => row.dead).map((row) => row.id);
  if (dead.length === 0) return [];
  await client.query("select graphile_worker.force_unlock_workers($1::text[])", [dead]);
  for (const id of dead) await client.query("select pg_advisory_unlock($1, hashtext($2))", [lockSpace, id]);
  return dead;
}
