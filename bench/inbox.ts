// Reading the inbox with years of messages in it: the product's own functions and SQL, as the product's own role, one connection.
// Times are round trips as the server sees them; buffers and plans are EXPLAIN's, of the plan that the named statement really uses.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { createApp, type RunningApp } from "../server/app.ts";
import { listConversations, type ConversationFilter } from "../server/conversations/list-conversations.ts";
import { listMessages } from "../server/messages/read-messages.ts";
import { readConfig } from "../server/platform/config.ts";
import type { Actor, Ctx } from "../server/platform/context.ts";
import { startupSettings, type Tx } from "../server/platform/db.ts";
import { parserFor } from "../server/platform/db-types.ts";
import { readConnectionFile } from "../server/platform/embedded-postgres.ts";
import { createLog } from "../server/platform/log.ts";
import { encodeCursor } from "../server/platform/page.ts";
import { temporaryFolder } from "../server/test/server-process.ts";
import { explain, type Statement } from "./explain.ts";
import { channelId, labelId, makeInbox, memberId, tokenOf, type InboxData } from "./inbox-data.ts";
import type { BenchOptions } from "./main.ts";
import { atMost, quantile, type Figure } from "./report.ts";

interface Bench {
  app: RunningApp;
  data: InboxData;
  admin: pg.Client;
  /** as the product connects, but one connection for all of a measurement */
  client: pg.Client;
  reps: number;
}

export async function benchInbox({ isQuick, scale, keep }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = keep ?? temporaryFolder("bench");
  if (keep === undefined) stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir });
  const log = createLog({ level: "silent" });
  const app = stack.use(await createApp(config, { hasJobs: false, connections: 2, log }));
  const connection = readConnectionFile(path.join(dataDir, "postgres"));
  if (!connection) throw new Error("no database");
  const admin = new pg.Client(connection.adminUrl);
  await admin.connect();
  stack.defer(() => admin.end());
  const dataFile = path.join(dataDir, "inbox.json");
  const data = fs.existsSync(dataFile)
    ? (JSON.parse(fs.readFileSync(dataFile, "utf8")) as InboxData)
    : await fill(admin, scale, dataFile);
  const client = new pg.Client({
    connectionString: connection.url,
    options: startupSettings({ url: connection.url, max: 1 }),
    pipeline: true, // else the planner's settings, which travel with a list, would make a round trip of their own
    types: { getTypeParser: parserFor as typeof pg.types.getTypeParser },
  });
  await client.connect();
  stack.defer(() => client.end());
  const bench: Bench = { app, data, admin, client, reps: isQuick ? 20 : 200 };
  return [...(await sizes(bench)), ...(await lists(bench)), ...(await threads(bench)), ...(await searches(bench))];
}

async function fill(admin: pg.Client, scale: number, dataFile: string): Promise<InboxData> {
  for (const setting of ["max_wal_size = '8GB'", "autovacuum = off"]) await admin.query(`alter system set ${setting}`);
  await admin.query("select pg_reload_conf()");
  const data = await makeInbox(admin, scale, (line) => console.log(`  ${line}`));
  fs.writeFileSync(dataFile, JSON.stringify(data));
  return data;
}

async function sizes({ admin }: Bench): Promise<Figure[]> {
  const { rows } = await admin.query<{ messages: string; conversations: string; bytes: string }>(
    `select (select count(*) from message) as messages, (select count(*) from conversation) as conversations,
       pg_database_size(current_database()) as bytes`,
  );
  return [
    { what: "messages", value: Number(rows[0]?.messages), unit: "" },
    { what: "conversations", value: Number(rows[0]?.conversations), unit: "" },
    { what: "size of the database", value: Number(rows[0]?.bytes) / 2 ** 30, unit: "GB" },
  ];
}

interface Timed extends Statement {
  ms: number;
}

/** Calls a function of the product with a transaction that keeps what it asked of the database, and how long that took. */
async function call(
  bench: Bench,
  workspaceId: string,
  actor: Actor,
  work: (ctx: Ctx) => Promise<unknown>,
): Promise<Timed[]> {
  const timed: Timed[] = [];
  const { client } = bench;
  const named: Tx["named"] = async <R extends object>(name: string, text: string, values: unknown[] = []) => {
    const startedAt = performance.now();
    const { rows } = await client.query<R>({ name, text, values });
    timed.push({ name, text, values, ms: performance.now() - startedAt });
    return rows;
  };
  const query: Tx["query"] = async <R extends object>(text: string, values: unknown[] = []) =>
    (await client.query<R>(text, values)).rows;
  await client.query(`begin; set local kw.workspaces = '{${workspaceId}}'`);
  const tx = { named, query, beforeCommit() {}, afterCommit() {} } as unknown as Tx;
  // every key counts as destroyed: the bytes were never sealed, and opening them is not the database's time
  const keyring = { ...bench.app.keyring, find: () => undefined };
  await work({ ...bench.app, keyring, tx, workspaceId, actor } as unknown as Ctx);
  await client.query("commit");
  return timed;
}

const agent = (w: number, channelIds: string[] | null = null): Actor => ({
  ...{ kind: "member", personId: "per_1", memberId: memberId(w, 1), loginId: "lgn_1", role: "agent" },
  channelIds,
});

/** Some moment of the year before: page after page as a person scrolls, not always the first. */
function someCursor(): string {
  const at = Date.parse("2026-11-01T00:00:00Z") - Math.random() ** 3 * 300 * 86_400_000;
  return encodeCursor([new Date(at).toISOString(), "cnv_zzzz"]);
}

async function lists(bench: Bench): Promise<Figure[]> {
  const { big } = bench.data;
  const channel = channelId(1, 2);
  const label = labelId(1, 3);
  const filters: [string, Partial<ConversationFilter>, Actor?][] = [
    ["all", {}],
    ["open", { status: "open" }],
    ["resolved", { status: "resolved" }],
    ["snoozed", { status: "snoozed" }],
    ["mine and open", { status: "open", assignee: "me" }],
    ["mine", { assignee: "me" }],
    ["unassigned and open", { status: "open", assignee: "none" }],
    ["unassigned", { assignee: "none" }],
    ["of a channel and open", { status: "open", channelId: channel }],
    ["of a channel", { channelId: channel }],
    ["with a label", { label }],
    ["with a label and open", { label, status: "open" }],
    ["with a label, mine and open", { label, status: "open", assignee: "me" }],
    ["with a label, of a channel", { label, channelId: channel }],
    ["open, for an agent of one channel", { status: "open" }, agent(1, [channel])],
  ];
  const figures: Figure[] = [];
  for (const [name, filter, actor = agent(1)] of filters) {
    const run = (rep: number) =>
      call(bench, big, actor, (ctx) =>
        listConversations(ctx, { ...filter, limit: 50, ...(rep % 2 === 0 ? {} : { cursor: someCursor() }) }),
      );
    figures.push(...(await measure(bench, `list, ${name}`, big, run)));
  }
  figures.push(...(await rowSecurity(bench, big)));
  return figures;
}

async function threads(bench: Bench): Promise<Figure[]> {
  const { big, longConversation } = bench.data;
  const { rows } = await bench.admin.query<{ id: string }>(
    "select id from conversation where workspace_id = $1 order by md5(id) limit 500",
    [big],
  );
  const random = () => rows[Math.floor(Math.random() * rows.length)]?.id ?? "";
  const page = (conversationId: () => string, cursor: () => { cursor?: string }) => () =>
    call(bench, big, agent(1), (ctx) => listMessages(ctx, conversationId(), { limit: 50, ...cursor() }));
  return [
    ...(await measure(
      bench,
      "messages of some conversation",
      big,
      page(random, () => ({})),
    )),
    ...(await measure(
      bench,
      "messages of one with 20,000",
      big,
      page(
        () => longConversation,
        () => ({ cursor: someCursor() }),
      ),
    )),
  ];
}

async function measure(
  bench: Bench,
  what: string,
  workspaceId: string,
  run: (rep: number) => Promise<Timed[]>,
): Promise<Figure[]> {
  const totals: number[] = [];
  // the first page and one after a cursor are different statements: each counts for itself
  const seen = new Map<string, Timed[]>();
  for (let rep = 0; rep < 12; rep++) await run(rep);
  for (let rep = 0; rep < bench.reps; rep++) {
    const statements = await run(rep);
    totals.push(statements.reduce((sum, statement) => sum + statement.ms, 0));
    seen.set(statements.map((statement) => statement.name).join(), statements);
  }
  const sorted = totals.toSorted((a, b) => a - b);
  let buffers = 0;
  let sorts = 0;
  for (const statements of seen.values()) {
    let ofCall = 0;
    for (const statement of statements) {
      const plan = await explain(bench.client, workspaceId, statement);
      ofCall += plan.buffers;
      sorts = Math.max(sorts, plan.sortedRows);
      if (plan.buffers > 1_500 || plan.sortedRows > 1_000) console.log(`${what}: ${statement.name}\n${plan.text}`);
    }
    buffers = Math.max(buffers, ofCall);
  }
  return [
    { goal: "G8", what: `${what}, p50`, value: quantile(sorted, 0.5), unit: "ms", must: atMost(2) },
    {
      goal: "G8",
      what: `${what}, p99`,
      value: quantile(sorted, 0.99),
      unit: "ms",
      must: atMost(20),
      stretch: atMost(5),
    },
    {
      ...{ goal: "G8b", what: `${what}, buffers`, value: buffers, unit: "", must: atMost(1_500), stretch: atMost(100) },
      note: `largest sort ${sorts} rows`,
    },
    ...(sorts > 1_000
      ? [{ goal: "G8b", what: `${what}, rows sorted`, value: sorts, unit: "", must: atMost(1_000) }]
      : []),
  ];
}

/** The same page with row security and as a superuser, who has none; alternating, so that both meet the same machine. */
async function rowSecurity(bench: Bench, workspaceId: string): Promise<Figure[]> {
  const [statement] = await call(bench, workspaceId, agent(1), (ctx) =>
    listConversations(ctx, { status: "open", limit: 50 }),
  );
  if (!statement) return [];
  const times = { on: [] as number[], off: [] as number[] };
  for (let rep = 0; rep < bench.reps * 2 + 20; rep++) {
    const isOn = rep % 2 === 0;
    const client = isOn ? bench.client : bench.admin;
    // the planner's settings of the list too: the superuser's connection has no plan of it yet
    await client.query("begin; set local enable_nestloop = off; set local enable_sort = off");
    if (isOn) await client.query(`set local kw.workspaces = '{${workspaceId}}'`);
    const startedAt = performance.now();
    await client.query(statement);
    if (rep >= 20) times[isOn ? "on" : "off"].push(performance.now() - startedAt);
    await client.query("commit");
  }
  const p50 = (values: number[]) =>
    quantile(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  const what = "list, open, p50 with row security against without";
  return [
    {
      goal: "G7",
      what,
      value: p50(times.on),
      raw: p50(times.off),
      unit: "ms",
      must: atMost(1.3),
      stretch: atMost(1.1),
    },
  ];
}

async function searches(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  const words: [string, number[]][] = [
    ["a rare word", [45_000]],
    ["a word in 10,000 messages", [250]],
    ["a common word", [2]],
    ["two words", [250, 40]],
  ];
  for (const [where, w, workspaceId, must] of [
    ["2 M messages", 1, bench.data.big, 600],
    ["a small workspace", 100, bench.data.small, 50],
  ] as const) {
    for (const [name, ranks] of words) {
      const times: number[] = [];
      for (let rep = 0; rep < Math.min(60, bench.reps) + 3; rep++) {
        const tokens = ranks.map((rank) => tokenOf(rank + (rep % 7), w)).join(", ");
        const { rows } = await bench.client.query<{ tokens: string[] }>(`select array[${tokens}] as tokens`);
        await bench.client.query(`begin; set local kw.workspaces = '{${workspaceId}}'`);
        const startedAt = performance.now();
        await bench.client.query({
          ...{ name: "bench.search", text: "select * from kw.search_messages($2, $1::bigint[], null, null, null, 21)" },
          values: [rows[0]?.tokens, workspaceId],
        });
        if (rep >= 3) times.push(performance.now() - startedAt);
        await bench.client.query("commit");
      }
      const sorted = times.toSorted((a, b) => a - b);
      figures.push({
        ...{ goal: "G9", what: `search in ${where}, ${name}, p99`, value: quantile(sorted, 0.99), unit: "ms" },
        ...{ must: atMost(must), stretch: atMost(must / 6), note: `p50 ${quantile(sorted, 0.5).toFixed(1)} ms` },
      });
    }
  }
  return figures;
}
