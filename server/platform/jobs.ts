import { setTimeout as sleep } from "node:timers/promises";
import { parseCronItems, run, type JobHelpers, type Runner, type TaskList, type WorkerEvents } from "graphile-worker";
import pg from "pg";
import { quietLogger } from "./job-log.ts";
import { holdWorkerLocks, type WorkerLocks } from "./job-workers.ts";

export interface JobRun {
  id: string;
  /** 1 for the first try */
  attempt: number;
  maxAttempts: number;
  /** Aborts when the process stops and the job has had its grace period. */
  signal: AbortSignal;
}

export type JobHandler = (payload: unknown, run: JobRun) => Promise<void>;

export interface JobFailure {
  name: string;
  id: string;
  attempt: number;
  /** No further attempt follows. */
  isFinal: boolean;
  error: unknown;
}

export interface JobsOptions {
  /** As the owner: the queue's tables are out of the app role's reach. */
  url: string;
  handlers: Readonly<Record<string, JobHandler>>;
  /** Patterns of five fields, in UTC. A run missed while the server was down is not made up for. */
  crontab: readonly { name: string; pattern: string }[];
  /** Jobs at a time in this process. */
  concurrency: number;
  /** How long a stop lets jobs at work go on before it aborts their signal; after twice that they are left behind. Default 5,000. */
  graceMs?: number;
  onFailure?: (failure: JobFailure) => void;
  onLog?: (level: "error" | "warning" | "info", message: string) => void;
}

export interface Jobs extends AsyncDisposable {
  /** Takes no more jobs and ends those at work, see `graceMs`; an unfinished job is tried again later. */
  stop(): Promise<void>;
}

/** Works the queue until stopped. A job is run at least once: a process killed in the middle leaves it to the next (see job-workers.ts). */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const log = options.onLog ?? (() => {});
  const stopping = new AbortController();
  const locks = await holdWorkerLocks({ url: options.url, onLog: log });
  const pool = openPool(options);
  const close = async () => {
    await allIdle(pool);
    await locks.close();
    await pool.end();
  };
  let runner: Runner;
  try {
    runner = await startRunner(options, pool, locks);
  } catch (error) {
    await close();
    throw error;
  }
  const supervised = supervise();

  /** The library gives up after errors it did not expect; the queue must not stand still because of one. */
  async function supervise(): Promise<void> {
    for (let failures = 0; ;) {
      const startedAt = performance.now();
      try {
        await runner.promise;
      } catch (error) {
        log("error", `The job runner ended: ${(error as { code?: string }).code ?? (error as Error).name}`);
      }
      if (stopping.signal.aborted) return;
      failures = performance.now() - startedAt > 60_000 ? 0 : failures + 1;
      for (let isRunning = false; !isRunning; failures++) {
        await pause(Math.min(10_000, 200 * 2 ** failures), stopping.signal);
        if (stopping.signal.aborted) return;
        isRunning = await startRunner(options, pool, locks).then(
          (next) => ((runner = next), true),
          () => false,
        );
      }
      if (stopping.signal.aborted) return runner.stop();
    }
  }

  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      stopping.abort();
      await runner.stop().catch(() => {}); // already ending by itself
      await supervised;
      await close();
    })());
  return { stop, [Symbol.asyncDispose]: stop };
}

/** The library's own pool lets a connection that is cut while the pool ends throw out of the process. */
function openPool(options: JobsOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.concurrency + 2, // two more: one listens, one takes jobs
    application_name: "keepword-worker",
    keepAlive: true,
  });
  const onError = () => options.onLog?.("warning", "A connection of the job runner was lost");
  pool.on("error", onError);
  pool.on("connect", (client) => void client.on("error", onError));
  return pool;
}

/** The library ends before it has written down how its last jobs went (0.18.0 does not await that); those statements are in the pool. */
async function allIdle(pool: pg.Pool): Promise<void> {
  const end = performance.now() + 5_000;
  for (let quietTurns = 0; quietTurns < 3 && performance.now() < end;) {
    await sleep(5);
    quietTurns = pool.waitingCount === 0 && pool.idleCount === pool.totalCount ? quietTurns + 1 : 0;
  }
}

/**
 * The library (0.18.0) looks up its tasks once and keeps the answer, also an error: whose connection is cut in that moment takes no job
 * any more. Such a runner stops, and the supervisor starts another.
 */
function replaceDeaf(runner: Runner, events: WorkerEvents): void {
  const settle = (isDeaf: boolean): void => {
    for (const name of heard) events.off(name, hears);
    events.off("worker:getJob:error", fails);
    if (isDeaf) void runner.stop().catch(() => {}); // ending by itself
  };
  const hears = (): void => settle(false);
  const fails = (): void => settle(true);
  const heard = ["worker:getJob:empty", "job:start", "pool:release"] as const;
  for (const name of heard) events.on(name, hears);
  events.on("worker:getJob:error", fails);
}

async function startRunner(options: JobsOptions, pool: pg.Pool, locks: WorkerLocks): Promise<Runner> {
  const taskList: TaskList = {};
  for (const [name, handler] of Object.entries(options.handlers)) taskList[name] = task(name, handler, options);
  const cron = options.crontab.map(({ name, pattern }) => ({ task: name, match: pattern, payload: {} }));
  const unknown = cron.find(({ task }) => !(task in taskList));
  if (unknown) throw new Error(`The schedule names ${unknown.task}, which has no handler`);
  const runner = await run({
    pgPool: pool,
    concurrency: options.concurrency,
    taskList,
    parsedCronItems: parseCronItems(cron),
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: options.graceMs ?? 5_000,
    events: locks.events,
    logger: quietLogger(options.onLog),
  });
  runner.promise.catch(() => {}); // handled by the supervisor
  replaceDeaf(runner, locks.events);
  await locks.settled();
  return runner;
}

function task(name: string, handler: JobHandler, options: JobsOptions) {
  return async (payload: unknown, { job, abortSignal }: JobHelpers): Promise<void> => {
    const { attempts: attempt, max_attempts: maxAttempts } = job;
    try {
      const work = handler(withoutCronMark(payload), { id: String(job.id), attempt, maxAttempts, signal: abortSignal });
      await endWithin(work, abortSignal, options.graceMs ?? 5_000);
    } catch (error) {
      options.onFailure?.({ name, id: String(job.id), attempt, isFinal: attempt >= maxAttempts, error });
      // the queue keeps this text in its table, where an erase does not look: no words of the original, which can quote content
      const { code, name: kind } = error as { code?: unknown; name?: unknown };
      throw new Error(`job failed (${[kind, code].filter((word) => typeof word === "string").join(" ") || "unknown"})`);
    }
  };
}

/** Waits for `work`, but not for ever after the abort: a job that does not listen cannot hold up the stop. */
async function endWithin(work: Promise<void>, signal: AbortSignal, graceMs: number): Promise<void> {
  const leave = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(
      () => leave.reject(new DOMException("The job did not end with its process", "AbortError")),
      graceMs,
    );
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, leave.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
}

/** Scheduled runs get `{_cron: {ts, …}}` from the library; handlers declare what they take, and that is not part of it. */
function withoutCronMark(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null || !("_cron" in payload)) return payload;
  const { _cron: mark, ...rest } = payload as Record<string, unknown>;
  void mark;
  return rest;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
