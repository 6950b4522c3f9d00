import type { App } from "../platform/context.ts";

const keptDays = 31;
// the job runs every six hours, so a week may pass without it before events land in the default partition
const daysAhead = 7;
const dayMs = 86_400_000;

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Makes the partitions from today on, and drops whole days that are past their time. Safe to run at any time, by anyone. */
export async function keepEventPartitions(app: Pick<App, "db" | "clock">): Promise<void> {
  const today = app.clock.ms();
  // Attaching and dropping wait for readers, and everyone who emits waits behind them: better to fail and be tried again.
  const lockTimeout = "set local lock_timeout = '2s'";
  await app.db.tx({ workspaceIds: [] }, async (tx) => {
    await tx.query(lockTimeout);
    await tx.query("select kw.make_event_partitions($1::date, $2)", [dateOf(today), daysAhead]);
  });
  await app.db.tx({ workspaceIds: [] }, async (tx) => {
    await tx.query(lockTimeout);
    await tx.query("select kw.drop_event_partitions($1::date)", [dateOf(today - keptDays * dayMs)]);
  });
}

/** At the start of every process: the job may not have run for long. Without partitions events go to the default one. */
export async function openEventPartitions(app: Pick<App, "db" | "clock" | "log">): Promise<AsyncDisposable> {
  await keepEventPartitions(app).catch((error: unknown) =>
    app.log.warn({ err: error }, "partitions of the event log could not be made"),
  );
  return { [Symbol.asyncDispose]: async () => {} };
}
