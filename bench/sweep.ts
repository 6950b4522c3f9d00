// Deleting what is due while messages arrive: a million expired rows of the biggest table, a thousand events a second beside it.
import fs from "node:fs";
import pg from "pg";
import { createWorkspaces, startServerProcess, temporaryFolder } from "../server/test/server-process.ts";
import { connectTarget } from "../server/test/hook-targets.ts";
import type { HookTarget } from "../server/test/signed-webhooks.ts";
import { startLoader, type LoadResult } from "./loader.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, type Figure } from "./report.ts";

const appSecret = "0123456789abcdef0123456789abcdef";
const nowhere = "http://127.0.0.1:9";
const PER_SECOND = 1_000;
const PART_MS = 15_000;
/** A sweep that does not get through ends here, as a miss. */
const MAX_PARTS = 40;

export async function benchSweep({ isQuick, scale, keep }: BenchOptions): Promise<Figure[]> {
  const rows = Math.max(2_000, Math.round(1_000_000 * scale));
  const partMs = isQuick ? 1_000 : PART_MS;
  const dataDir = temporaryFolder("bench-sweep");
  await using stack = new AsyncDisposableStack();
  if (keep === undefined) stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const server = await startServerProcess({ dataDir, env: { KEEPWORD_PROVIDER_ORIGINS: nowhere } });
  stack.defer(() => void server.stop());
  const targets: HookTarget[] = [];
  for (const workspace of await createWorkspaces(server, 4))
    targets.push(await connectTarget(workspace, { apiBaseUrl: nowhere, appSecret }));
  const admin = new pg.Client(server.connection().adminUrl);
  await admin.connect();
  stack.defer(() => admin.end());
  const port = Number(new URL(server.url).port);
  const loader = stack.use(startLoader());
  const arrive = async (): Promise<LoadResult> => {
    await loader.run({ op: "prepare", targets, people: 500, count: (PER_SECOND * partMs) / 1000, mix: "messages" });
    await loader.run({ op: "open", port, connections: 256 });
    const result = await loader.run({ op: "paced", perSecond: PER_SECOND, ms: partMs });
    if (result.ok !== result.sent) throw new Error(`not everything was taken: ${JSON.stringify(result.failures)}`);
    return result;
  };
  const left = async (): Promise<number> =>
    Number((await admin.query("select count(*) as n from message where sort_at < $1", [expiredBefore])).rows[0].n);

  const expiredBefore = new Date(Date.now() - 366 * 86_400_000);
  await plant(admin, rows, expiredBefore);
  await arrive(); // the server's code is cold at first
  const before = await arrive();
  const startedAt = performance.now();
  await admin.query("select public.kw_enqueue('privacy.sweep', '{}'::json, null, 'bench')");
  const during: LoadResult[] = [];
  let rest = rows;
  while (rest > 0 && during.length < MAX_PARTS) {
    const result = await arrive();
    during.push(result);
    rest = await left();
    console.log(
      `${rows - rest} of ${rows} swept; answers p50 ${Math.round(result.p50)} p99 ${Math.round(result.p99)} ms`,
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const worst = Math.max(...during.map(({ p99 }) => p99));
  const counted = Number((await admin.query("select coalesce(sum(count), 0) as n from message_day")).rows[0].n);
  return [
    { what: `before: ${PER_SECOND}/s, due to answered after commit, p99`, value: before.p99, unit: "ms" },
    {
      goal: "sweep",
      what: `while ${rows} expired rows are swept, p99 of the worst part`,
      value: worst,
      unit: "ms",
      must: atMost(500),
    },
    { what: "expired rows left at the end", value: rest, unit: "", must: atMost(0) },
    { what: "of them counted in their day", value: counted, unit: "", must: atLeast(rows) },
    {
      what: "swept",
      value: (rows - rest) / seconds,
      unit: "rows/s",
      note: "to the end of the part in which the last one went",
    },
  ];
}

/** Messages without content, over a year old, spread over a hundred days. */
async function plant(admin: pg.Client, rows: number, before: Date): Promise<void> {
  await admin.query(
    `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, status, sort_at, received_at)
     select c.workspace_id, 'msg_bench_' || lpad(n::text, 12, '0'), 'cnv_bench_' || (n % 5000), c.id, 'con_bench_' || (n % 5000),
       case when n % 4 = 0 then 'inbound' else 'outbound' end, 'text', 40, at, at
     from (select workspace_id, id from channel order by id limit 1) c, generate_series(1, $1::int) n,
       lateral (select $2::timestamptz - (n % 100) * interval '1 day' - interval '1 minute' as at) x`,
    [rows, before],
  );
  await admin.query("vacuum analyze");
}
