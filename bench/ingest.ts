// Receiving: signed webhooks, one inbound message to three statuses, all durable before the 200, against bare Fastify with the
// signature check and JSON.parse in the same run. Server, database and load generator share the machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import {
  createWorkspaces,
  startServerProcess,
  temporaryFolder,
  type ServerProcess,
} from "../server/test/server-process.ts";
import { connectTarget } from "../server/test/hook-targets.ts";
import type { HookTarget } from "../server/test/signed-webhooks.ts";
import { cpuOf, cpuOfFamily } from "./cpu.ts";
import { compareBatches } from "./ingest-batch.ts";
import { startLoader, type Loader, type LoadResult } from "./loader.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, median, type Figure } from "./report.ts";

const appSecret = "0123456789abcdef0123456789abcdef";
/** A closed port: the channels' checks fail at once, and nothing else speaks to the provider here. */
const nowhere = "http://127.0.0.1:9";

interface Size {
  reps: number;
  closedMs: number;
  eventsPerRep: number;
  pacedMs: number;
  pacedPerSecond: number;
  heldMs: number;
  heldRates: number[];
  people: number;
  workspaces: number;
}
const full: Size = {
  ...{ reps: 3, closedMs: 6_000, eventsPerRep: 100_000, pacedMs: 60_000, pacedPerSecond: 4_000 },
  ...{ heldMs: 30_000, heldRates: [8_000, 12_000], people: 2_000, workspaces: 10 },
};
const quick: Size = {
  ...{ reps: 1, closedMs: 1_000, eventsPerRep: 4_000, pacedMs: 2_000, pacedPerSecond: 500 },
  ...{ heldMs: 1_000, heldRates: [1_000], people: 50, workspaces: 2 },
};

/** Shorter runs for a busy machine; the rates stay. */
function scaled(size: Size, scale: number): Size {
  const { eventsPerRep, pacedMs, heldMs } = size;
  return { ...size, eventsPerRep: eventsPerRep * scale, pacedMs: pacedMs * scale, heldMs: heldMs * scale };
}

export async function benchIngest({ isQuick, scale, keep }: BenchOptions): Promise<Figure[]> {
  const size = isQuick ? quick : scaled(full, scale);
  const dataDir = temporaryFolder("bench");
  await using stack = new AsyncDisposableStack();
  if (keep === undefined) stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const flags = process.env["BENCH_PROFILE"] === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", "/tmp/kw-profiles"];
  const server = await startServerProcess({ dataDir, nodeFlags: flags, env: { KEEPWORD_PROVIDER_ORIGINS: nowhere } });
  stack.defer(() => void server.stop());
  const workspaces = await createWorkspaces(server, size.workspaces);
  const targets: HookTarget[] = [];
  for (const workspace of workspaces) targets.push(await connectTarget(workspace, { apiBaseUrl: nowhere, appSecret }));

  const loader = stack.use(startLoader());
  const run: Run = { size, server, targets, loader, acked: 0, planted: 0, reads: 0 };
  const figures = [...(await compare(run, 256)), ...(isQuick ? [] : await compare(run, 512))];
  figures.push(...(await pace(run)), ...(await holdRates(run)), ...(await count(run)));
  await server.stop();
  figures.push(...(await compareBatches(dataDir, targets, isQuick)));
  return figures;
}

interface Run {
  size: Size;
  server: ServerProcess;
  targets: HookTarget[];
  loader: Loader;
  /** inbound messages answered 200 */
  acked: number;
  planted: number;
  reads: number;
}

const portOf = (server: ServerProcess): number => Number(new URL(server.url).port);

/** Signs the next events, and lets the business write the messages that their statuses will speak of. */
async function makeReady(run: Run, count: number): Promise<void> {
  const { loader, targets } = run;
  const { people } = run.size;
  await loader.run({ op: "open", port: portOf(run.server), connections: 8 });
  await loader.run({ op: "plant", targets, people, count: Math.floor(count / 4) });
  run.planted += Math.floor(count / 4);
  await analyse(run.server);
  await loader.run({ op: "prepare", targets, people, count, mix: "mix" });
}

/** Autovacuum does it within a minute of such growth; a benchmark of minutes would measure that wait. */
async function analyse(server: ServerProcess): Promise<void> {
  const client = new pg.Client(server.connection().adminUrl);
  await client.connect();
  await client.query("vacuum analyze");
  await client.end();
}

interface Measured extends LoadResult {
  serverCpu: number;
  postgresCpu: number;
}

async function measure(run: Run, work: () => Promise<LoadResult>): Promise<Measured> {
  const { pid } = run.server;
  const postmaster = run.server.postmasterPid();
  const before = [cpuOf(pid), cpuOfFamily(postmaster)] as const;
  const result = await work();
  if (result.ok !== result.sent) throw new Error(`not everything was taken: ${JSON.stringify(result.failures)}`);
  run.acked += result.messages;
  return { ...result, serverCpu: cpuOf(pid) - before[0], postgresCpu: cpuOfFamily(postmaster) - before[1] };
}

async function compare(run: Run, connections: number): Promise<Figure[]> {
  const { size, loader } = run;
  const rates: { ours: number; bare: number; oursUs: number; serverUs: number; bareUs: number; result: LoadResult }[] =
    [];
  await using bare = await startBare();
  // one more, thrown away: the code of both servers is cold at first
  for (let rep = 0; rep <= size.reps; rep++) {
    await makeReady(run, size.eventsPerRep);
    await loader.run({ op: "open", port: bare.port, connections });
    const cpuBefore = cpuOf(bare.pid);
    const raw = await loader.run({ op: "closed", ms: size.closedMs / 2, again: true });
    const bareUs = ((cpuOf(bare.pid) - cpuBefore) / raw.ok) * 1e6;
    await loader.run({ op: "open", port: portOf(run.server), connections });
    const ours = await measure(run, () => loader.run({ op: "closed", ms: size.closedMs }));
    const figures = {
      ours: ours.ok / ours.seconds,
      bare: raw.ok / raw.seconds,
      oursUs: ((ours.serverCpu + ours.postgresCpu) / ours.ok) * 1e6,
      serverUs: (ours.serverCpu / ours.ok) * 1e6,
      ...{ bareUs, result: ours },
    };
    if (rep > 0 || size.reps === 0) rates.push(figures);
    console.log(
      `${connections} connections, rep ${rep}: ${Math.round(figures.ours)}/s against ${Math.round(figures.bare)}/s; ` +
        `${Math.round(figures.oursUs)} µs (server ${Math.round(figures.serverUs)}) against ${Math.round(bareUs)} µs an event; ` +
        `answers p50 ${Math.round(ours.p50)} p99 ${Math.round(ours.p99)} ms`,
    );
  }
  const middle = (pick: (rate: (typeof rates)[number]) => number): number => median(rates.map(pick));
  const ratio = middle((rate) => rate.ours / rate.bare);
  const ours = middle((rate) => rate.ours);
  const cpuRatio = middle((rate) => rate.oursUs / rate.bareUs);
  const oursUs = middle((rate) => rate.oursUs);
  const isGoal = connections === 256;
  return [
    {
      ...{
        goal: "G1",
        what: `events processed, ${connections} connections`,
        value: ours,
        raw: ours / ratio,
        unit: "/s",
      },
      ...(isGoal ? { must: atLeast(0.4) } : {}),
      stretch: atLeast(0.7),
      note: `median of ${size.reps}`,
    },
    {
      ...{
        goal: "G2",
        what: `CPU an event, ${connections} connections`,
        value: oursUs,
        raw: oursUs / cpuRatio,
        unit: "µs",
      },
      ...(isGoal ? { must: atMost(3) } : {}),
      stretch: atMost(2),
      note: `server ${Math.round(middle((rate) => rate.serverUs))} µs of it`,
    },
  ];
}

async function startBare(): Promise<AsyncDisposable & { port: number; pid: number }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "bare-server.ts"), appSecret], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    port: Number(line),
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

/** 200 comes after the commit, and what is committed is readable: the time to the answer bounds the time to visible from above. */
async function pace(run: Run): Promise<Figure[]> {
  const { size, loader } = run;
  const perSecond = size.pacedPerSecond;
  await makeReady(run, (perSecond * size.pacedMs) / 1000);
  await loader.run({ op: "open", port: portOf(run.server), connections: 512 });
  const result = await measure(run, () => loader.run({ op: "paced", perSecond, ms: size.pacedMs }));
  const cores = (result.serverCpu + result.postgresCpu) / result.seconds;
  const title = `paced ${perSecond}/s for ${size.pacedMs / 1000} s, due to answered after commit`;
  return [
    { goal: "G3", what: `${title}, p50`, value: result.p50, unit: "ms", must: atMost(100), stretch: atMost(30) },
    { goal: "G3", what: "the same, p99", value: result.p99, unit: "ms", must: atMost(500), stretch: atMost(150) },
    { goal: "G3", what: "the same, the slowest", value: result.max, unit: "ms", must: atMost(1_000) },
    { what: "rate reached", value: result.ok / result.seconds, raw: perSecond, unit: "/s", must: atLeast(0.98) },
    {
      goal: "G4",
      what: "CPU of server and database",
      value: cores,
      unit: "cores",
      must: atMost(1.3),
      stretch: atMost(0.8),
    },
  ];
}

async function holdRates(run: Run): Promise<Figure[]> {
  const { size, loader } = run;
  let held = 0;
  const tried: string[] = [];
  for (const perSecond of size.heldRates) {
    await makeReady(run, (perSecond * size.heldMs) / 1000);
    await loader.run({ op: "open", port: portOf(run.server), connections: 1_024 });
    const result = await measure(run, () => loader.run({ op: "paced", perSecond, ms: size.heldMs }));
    const isHeld = result.p99 < 1_000 && result.lastMs < Math.max(100, 3 * result.firstMs);
    tried.push(
      `${perSecond}/s ${isHeld ? "held" : "not held"}: p50 ${Math.round(result.p50)} p99 ${Math.round(result.p99)} ms`,
    );
    if (!isHeld) break;
    held = perSecond;
  }
  const what = `highest rate of ${size.heldRates.join(", ")} held ${size.heldMs / 1000} s, p99 < 1 s, no growing backlog`;
  const must = atLeast(size === quick ? 1_000 : 8_000);
  return [{ goal: "G5", what, value: held, unit: "/s", must, stretch: atLeast(12_000), note: tried.join("; ") }];
}

/** What was acknowledged is there, once. */
async function count(run: Run): Promise<Figure[]> {
  const client = new pg.Client(run.server.connection().adminUrl);
  await client.connect();
  try {
    const { rows } = await client.query<Record<"inbound" | "echoes" | "unread" | "reads", string>>(
      `select count(*) filter (where direction = 'inbound') as inbound, count(*) filter (where direction = 'outbound') as echoes,
         count(*) filter (where status = 40) as reads, (select sum(inbound_count) from conversation) as unread from message`,
    );
    const [row] = rows;
    const exact = (what: string, value: number, raw: number): Figure => {
      return { what, value, raw, unit: "rows", must: value > raw ? atMost(1) : atLeast(1) };
    };
    return [
      exact("inbound messages stored, of those acknowledged", Number(row?.inbound), run.acked),
      exact("messages of the business stored, of those acknowledged", Number(row?.echoes), run.planted),
      exact("unread counts, of the inbound messages acknowledged", Number(row?.unread), run.acked),
      { what: "messages of the business read by the customer", value: Number(row?.reads), unit: "rows" },
    ];
  } finally {
    await client.end();
  }
}
