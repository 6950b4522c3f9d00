import pg from "pg";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { testDb } from "../test/db.ts";
import { ownerClient, type Tx } from "./db.ts";
import { declareJobs } from "./job-queue.ts";
import { freeJobsOfDeadWorkers } from "./job-workers.ts";
import { startJobs, type JobFailure, type JobHandler } from "./jobs.ts";

const t = testDb();
const scope = { workspaceIds: [] };

beforeAll(async () => {
  const owner = await ownerClient(t.url);
  await declareJobs(owner, ["ticket.print", { name: "ticket.burn", maxAttempts: 1 }]);
  await owner.end();
});

const enqueue = (tx: Tx, name: string, payload: object, key: string | null = null) =>
  tx.query("select kw_enqueue($1, $2, null, $3)", [name, JSON.stringify(payload), key]);

async function start(handlers: Record<string, JobHandler>, onFailure?: (failure: JobFailure) => void) {
  const jobs = await startJobs({
    url: t.url,
    handlers,
    crontab: [],
    concurrency: 2,
    ...(onFailure ? { onFailure } : {}),
  });
  onTestFinished(() => jobs.stop());
  return jobs;
}

const waiting = async () =>
  (await t.admin.query<{ n: number }>("select count(*)::int as n from graphile_worker._private_jobs")).rows[0]?.n;

test("a job runs if and only if the transaction that enqueued it commits", async () => {
  const ran: unknown[] = [];
  const done = Promise.withResolvers<void>();
  await t.db
    .tx(scope, async (tx) => {
      await enqueue(tx, "ticket.print", { ticketId: "lost" });
      throw new Error("no");
    })
    .catch(() => {});
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", { ticketId: "kept" }));
  await start({
    "ticket.print": async (payload) => {
      ran.push(payload);
      done.resolve();
    },
  });
  await done.promise;
  expect(ran).toEqual([{ ticketId: "kept" }]);
});

test("an undeclared name is refused, and the app role cannot reach the queue past its door", async () => {
  await expect(t.db.tx(scope, (tx) => enqueue(tx, "made.up", {}))).rejects.toThrow("job made.up is not declared");
  for (const attempt of [
    "select graphile_worker.add_job('made.up')",
    "select * from graphile_worker._private_jobs",
    "delete from graphile_worker._private_jobs",
    "insert into kw.declared_job values ('made.up')",
  ])
    await expect(t.db.tx(scope, (tx) => tx.query(attempt))).rejects.toThrow(/^permission denied for (schema|table)/);
});

test("jobs of one key that wait become one", async () => {
  await t.db.tx(scope, async (tx) => {
    await enqueue(tx, "ticket.print", { ticketId: "a" }, "one");
    await enqueue(tx, "ticket.print", { ticketId: "b" }, "one");
  });
  const { rows } = await t.admin.query("select payload from graphile_worker._private_jobs");
  expect(rows).toEqual([{ payload: { ticketId: "b" } }]);
  await t.admin.query("delete from graphile_worker._private_jobs");
});

test("a failure is reported with its attempt, and its words stay out of the queue's table", async () => {
  const failed = Promise.withResolvers<JobFailure>();
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.burn", {}));
  const error = Object.assign(new TypeError("Ada wrote: hello"), { code: "E_ADA" });
  const jobs = await start({ "ticket.burn": async () => Promise.reject(error) }, failed.resolve);
  expect(await failed.promise).toMatchObject({ name: "ticket.burn", attempt: 1, isFinal: true, error });
  await jobs.stop();
  const { rows } = await t.admin.query("select last_error from graphile_worker._private_jobs");
  expect(rows).toEqual([{ last_error: expect.stringContaining("job failed (TypeError E_ADA)") as string }]);
  expect(JSON.stringify(rows)).not.toContain("Ada wrote");
  await t.admin.query("delete from graphile_worker._private_jobs");
});

test("a stop waits for the job at work", async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", {}));
  const jobs = await start({
    "ticket.print": async () => {
      begun.resolve();
      await finish.promise;
    },
  });
  await begun.promise;
  const stopped = jobs.stop();
  finish.resolve();
  await stopped;
  expect(await waiting()).toBe(0);
});

test("a stop does not wait for ever for a job that does not listen; it is tried again", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", {}));
  const deaf: JobHandler = async (_, { signal }) => {
    begun.resolve(signal);
    await new Promise(() => {});
  };
  const handlers = { "ticket.print": deaf };
  const jobs = await startJobs({ url: t.url, handlers, crontab: [], concurrency: 1, graceMs: 20 });
  const signal = await begun.promise;
  await jobs.stop();
  expect(signal.aborted).toBe(true);
  const { rows } = await t.admin.query("select locked_by, attempts from graphile_worker._private_jobs");
  expect(rows).toEqual([{ locked_by: null, attempts: 1 }]);
  await t.admin.query("delete from graphile_worker._private_jobs");
});

test("the queue goes on after every one of its connections was cut", async () => {
  const done = Promise.withResolvers<void>();
  await start({ "ticket.print": async () => done.resolve() });
  await t.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name in ('keepword-worker', 'keepword-jobs')`);
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", {}));
  await done.promise;
});

test("the queue goes on when its connections are cut while it looks for its tasks the first time", async () => {
  const done = Promise.withResolvers<void>();
  const gate = new pg.Client(t.url);
  await gate.connect();
  onTestFinished(() => gate.end());
  await gate.query("begin; lock table graphile_worker._private_tasks in access exclusive mode");
  await start({ "ticket.print": async () => done.resolve() });
  const waits = `from pg_stat_activity where datname = current_database() and application_name = 'keepword-worker'
    and query like '%_private_tasks%' and wait_event_type = 'Lock'`;
  await expect
    .poll(async () => (await t.admin.query(`select 1 ${waits}`)).rowCount, { timeout: 10_000 })
    .toBeGreaterThan(0);
  await t.admin.query(`select pg_terminate_backend(pid) ${waits}`);
  await gate.query("commit");
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", {}));
  await done.promise;
});

test("a job left by a killed process is free again, one at work in a living process is not", async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.print", {}));
  await start({
    "ticket.print": async () => {
      begun.resolve();
      await finish.promise;
    },
  });
  onTestFinished(() => finish.resolve()); // before the stop that start() registered
  await begun.promise;
  await t.db.tx(scope, (tx) => enqueue(tx, "ticket.burn", {}));
  await t.admin.query(
    `update graphile_worker._private_jobs set locked_by = 'pool-killed', locked_at = now() where locked_by is null`,
  );
  const other = new pg.Client(t.url);
  await other.connect();
  onTestFinished(() => other.end());
  const later = new Date(Date.now() + 60_000);
  expect(await freeJobsOfDeadWorkers(other, [], later)).toEqual(["pool-killed"]);
  expect(await freeJobsOfDeadWorkers(other, [], later)).toEqual([]);
});

test("a schedule without a handler stops the start", async () => {
  const crontab = [{ name: "nobody.home", pattern: "* * * * *" }];
  await expect(startJobs({ url: t.url, handlers: {}, crontab, concurrency: 1 })).rejects.toThrow("nobody.home");
});
