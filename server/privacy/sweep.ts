// The sweeper: every table gives up what is older than it keeps, in small steps that leave room for what arrives.
import type { App } from "../platform/context.ts";
import { restAfter } from "../platform/rest.ts";
import { figureWord, type Metrics } from "../platform/metrics.ts";
import { expireContacts } from "./expire-contacts.ts";
import { sweepsOf } from "./sweep-plan.ts";

const DAY_MS = 86_400_000;
/** A step of a batch: it grows and shrinks so that no statement holds locks for longer than this. */
const STEP_MS = 60;
const MIN_ROWS = 50;
const MAX_ROWS = 2_000;
/** What one table may take in one run; the rest waits for the next, and the lag tells. */
const BUDGET_MS = 240_000;
/** Rests twice as long as it worked: a third of one connection at most, the other two thirds are for those who wait. */
const REST_FACTOR = 2;
const MAX_REST_MS = 500;

/** One pass over everything. A table that fails keeps no other from being swept; throws at the end, so that the job comes again. */
export async function sweepAll(app: App, options: { budgetMs?: number } = {}): Promise<void> {
  const failed: string[] = [];
  const run = async (name: string, step: (limit: number, now: Date) => Promise<number>): Promise<void> => {
    try {
      await sweepOne(app, name, step, options.budgetMs ?? BUDGET_MS);
    } catch (error) {
      failed.push(name);
      app.log.error({ err: error, table: name }, "what is due was not swept");
    }
  };
  for (const { name, table, retention } of sweepsOf(app.registry.tables)) {
    const sooner = app.policyGate.soonerDays(table, retention);
    await run(name, (limit, now) => step(app, name, limit, now, sooner));
  }
  await run("contact", (limit, now) => expireContacts(app, Math.min(limit, 100), now));
  for (const { kind, kept } of app.registry.stores) {
    if (typeof kept !== "object" || !("days" in kept)) continue;
    const before = new Date(app.clock.ms() - kept.days * DAY_MS);
    if (kind === "mail") app.mail.sweep?.(before);
    if (kind === "queue")
      await app.db.tx({ workspaceIds: [] }, (tx) => tx.query("select kw.forget_failed_jobs($1)", [before]));
  }
  const names = [...sweepsOf(app.registry.tables).map(({ name }) => name), "contact"];
  await app.db.tx({ workspaceIds: [] }, (tx) => tx.query("delete from sweep_mark where name <> all ($1)", [names]));
  if (failed.length > 0) throw new Error(`${failed.length} tables were not swept`);
}

async function step(app: Pick<App, "db">, name: string, limit: number, now: Date, sooner: number): Promise<number> {
  // the names are those of declared tables
  const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ gone: number }>(`select kw.sweep_${name}($1, $2, $3)::int as gone`, [now, limit, sooner]),
  );
  return row?.gone ?? 0;
}

async function sweepOne(
  app: Pick<App, "db" | "clock">,
  name: string,
  run: (limit: number, now: Date) => Promise<number>,
  budgetMs: number,
): Promise<void> {
  const now = app.clock.now();
  const endsAt = performance.now() + budgetMs;
  for (let limit = MIN_ROWS; ;) {
    const startedAt = performance.now();
    const gone = await run(limit, now);
    const tookMs = performance.now() - startedAt;
    // fewer than asked for: the end, or rows that somebody works on now
    if (gone < limit) break;
    if (performance.now() > endsAt) return;
    limit = tookMs > STEP_MS ? Math.max(MIN_ROWS, limit >> 1) : Math.min(MAX_ROWS, limit << 1);
    await restAfter(startedAt, MAX_REST_MS, REST_FACTOR);
  }
  await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query(
      `insert into sweep_mark (name, swept_at) values ($1, $2)
       on conflict (name) do update set swept_at = greatest(sweep_mark.swept_at, excluded.swept_at)`,
      [name, now],
    ),
  );
}

/** For `/metrics`: since when everything that is due is gone, by table. Ten minutes are normal. */
export function measureSweeps(app: Pick<App, "db" | "clock" | "log">, metrics: Pick<Metrics, "gauge">): void {
  metrics.gauge(
    "keepword_sweep_lag_seconds",
    "Since when everything that a table keeps no longer is deleted; a table that was never swept is left out.",
    async (gauge) => {
      gauge.reset();
      const rows = await app.db
        .tx({ workspaceIds: [] }, (tx) =>
          tx.query<{ name: string; swept_at: Date }>("select name, swept_at from sweep_mark"),
        )
        .catch((error: unknown) => {
          app.log.warn({ err: error }, "figures could not be read");
          return [];
        });
      for (const { name, swept_at } of rows)
        gauge.set({ table: figureWord(name) }, Math.max(0, app.clock.ms() - swept_at.getTime()) / 1000);
    },
    ["table"],
  );
}
