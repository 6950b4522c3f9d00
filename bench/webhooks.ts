// Webhooks out: how fast a backlog leaves, beside bare `undici.request` to the same receiver in the same run, and what dead receivers do
// to the others.
import fs from "node:fs";
import pg from "pg";
import { connectTarget } from "../server/test/hook-targets.ts";
import { openRawConnection } from "../server/test/raw-client.ts";
import {
  createWorkspaces,
  startServerProcess,
  temporaryFolder,
  type LiveWorkspace,
  type ServerProcess,
} from "../server/test/server-process.ts";
import { signedRequest, textBody, type HookTarget } from "../server/test/signed-webhooks.ts";
import { cpuOf, cpuOfFamily } from "./cpu.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, median, quantile, type Figure } from "./report.ts";
import { startPeer, type Peer, type Report } from "./webhook-peers.ts";

const endpoints = 4;
const repeats = 5;
const parallel = 64;

interface Setting {
  server: ServerProcess;
  sink: Peer;
  sinkUrl: string;
  workspace: LiveWorkspace;
  target: HookTarget;
  database: pg.Client;
}

export async function benchWebhooks({ isQuick, scale }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = temporaryFolder("bench");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const nobody = "http://127.0.0.1:1";
  const env = { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true", KEEPWORD_PROVIDER_ORIGINS: nobody };
  const server = await startServerProcess({ dataDir, env });
  stack.defer(() => void server.stop());
  const sink = stack.use(startPeer());
  const caller = stack.use(startPeer());
  const sinkUrl = `http://127.0.0.1:${await sink.ask<number>({ op: "listen" })}`;
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace");
  const target = await connectTarget(workspace, { apiBaseUrl: nobody });
  const database = new pg.Client(server.connection().adminUrl);
  await database.connect();
  stack.defer(() => database.end());
  const setting: Setting = { server, sink, sinkUrl, workspace, target, database };

  const made = [];
  for (let i = 0; i < endpoints; i++) made.push(await addEndpoint(setting, `/ok/${i}`));
  await database.query("update webhook_endpoint set paused_until = 'infinity'");
  const messages = isQuick ? 100 : Math.round(5_000 * scale);
  await write(setting, messages, 0, 32);
  const count = messages * endpoints;
  const bytes = await bodyBytes(setting, made[0] ?? "");

  const bare: number[] = [];
  const ours: Drained[] = [];
  for (let n = 0; n < (isQuick ? 1 : repeats); n++) {
    const { seconds } = await caller.ask<{ seconds: number }>({
      ...{ op: "bare", url: `${sinkUrl}/bare`, count, bytes, parallel },
    });
    bare.push(count / seconds);
    ours.push(await drain(setting, count));
  }
  const rate = median(ours.map((one) => one.rate));
  const cpu = (of: (one: Drained) => number): number => median(ours.map(of));

  const calm = await latencies(setting, made.slice(1), isQuick ? 20 : 1_000, 10_000_000);
  const dead = ["/hang/1", "/hang/2", "/hang/3"].map((path) => `${sinkUrl}${path}`);
  for (const url of [...dead, `${nobody}/dead`]) await addUrl(setting, url);
  const beside = await latencies(setting, made.slice(1), isQuick ? 20 : 1_000, 20_000_000);
  return [
    {
      ...{
        what: `deliveries a second, ${count} to ${endpoints} endpoints: signed, rendered, logged (median of ${ours.length})`,
      },
      ...{ value: rate, raw: median(bare), unit: "/s", must: atLeast(0.35), note: `bodies of ${bytes} bytes` },
    },
    { what: "CPU a delivery, server process", value: cpu((one) => one.serverMicros), unit: "µs" },
    { what: "CPU a delivery, database", value: cpu((one) => one.databaseMicros), unit: "µs" },
    {
      what: "deliveries missing or doubled",
      value: Math.max(...ours.map((one) => one.wrong)),
      unit: "",
      must: atMost(0),
    },
    {
      what: "p99 of a receiver from stored to received, beside four dead ones; raw: without them",
      ...{ value: beside.p99, raw: calm.p99, unit: "ms", must: atMost(1.2) },
    },
    { what: "p50 of the same", value: beside.p50, raw: calm.p50, unit: "ms" },
  ];
}

const addEndpoint = (setting: Setting, path: string): Promise<string> => addUrl(setting, `${setting.sinkUrl}${path}`);

async function addUrl({ workspace }: Setting, url: string): Promise<string> {
  const { status, body } = await workspace.api.post<{ id: string }>("/v1/webhook-endpoints", {
    ...{ url, eventTypes: ["message.received"] },
  });
  if (status !== 201) throw new Error(`an endpoint was not made: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

/** People write texts `n<number>`. Answers when each was stored: its webhook was answered. */
async function write(
  { server, target }: Setting,
  count: number,
  from: number,
  writers: number,
  everyMs = 0,
): Promise<Map<number, number>> {
  const stored = new Map<number, number>();
  const port = Number(new URL(server.url).port);
  const began = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    const connection = await openRawConnection(port);
    for (let i = next++; i < count; i = next++) {
      const wait = began + i * everyMs - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const person = `2547000${String(i % 3_000).padStart(5, "0")}`;
      const timestamp = Math.floor(Date.now() / 1000);
      const text = `n${from + i}`;
      const body = textBody(target, { from: person, name: `Person ${i}`, id: `wamid.${text}`, text, timestamp });
      if ((await connection.send(signedRequest(target, body))) !== 200) throw new Error("a message was refused");
      stored.set(from + i, performance.timeOrigin + performance.now());
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: writers }, one));
  return stored;
}

async function bodyBytes({ workspace }: Setting, endpointId: string): Promise<number> {
  if (endpointId === "") throw new Error("no endpoint");
  const { body } = await workspace.api.get<{ data: object[] }>("/v1/events?types=message.received&limit=1");
  return JSON.stringify(body.data[0]).length;
}

interface Drained {
  rate: number;
  serverMicros: number;
  databaseMicros: number;
  wrong: number;
}

/** Everything is due again; from the first arrival to the last. */
async function drain({ server, sink, database }: Setting, count: number): Promise<Drained> {
  await sink.ask({ op: "reset" });
  await database.query(`update delivery set state = 'pending', attempts = 0, leased_until = null, finished_at = null`);
  await database.query("vacuum analyze delivery, delivery_attempt, event, message");
  const before = [cpuOf(server.pid), cpuOfFamily(server.postmasterPid())] as const;
  await database.query("update webhook_endpoint set paused_until = null");
  let report = await sink.ask<Report>({ op: "report" });
  for (let attempt = 0; attempt < 1_200 && report.count < count; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    report = await sink.ask<Report>({ op: "report" });
  }
  // the last outcomes are recorded a moment later
  await new Promise((resolve) => setTimeout(resolve, 500));
  const cpu = [cpuOf(server.pid) - before[0], cpuOfFamily(server.postmasterPid()) - before[1]] as const;
  report = await sink.ask<Report>({ op: "report" });
  await database.query("update webhook_endpoint set paused_until = 'infinity'");
  const { rows } = await database.query<{ n: number }>(
    "select count(*)::int as n from delivery where state <> 'delivered' or attempts <> 1",
  );
  return {
    rate: report.count / ((report.lastAt - report.firstAt) / 1000),
    serverMicros: (cpu[0] / count) * 1e6,
    databaseMicros: (cpu[1] / count) * 1e6,
    wrong: Math.abs(report.count - count) + (rows[0]?.n ?? 0),
  };
}

/** 50 messages a second to one endpoint that answers; the others rest. */
async function latencies(
  setting: Setting,
  resting: string[],
  count: number,
  from: number,
): Promise<{ p50: number; p99: number }> {
  const { sink, database } = setting;
  await sink.ask({ op: "reset" });
  await database.query(
    "update webhook_endpoint set paused_until = case when id = any ($1) then 'infinity'::timestamptz end",
    [resting],
  );
  const stored = await write(setting, count, from, 8, 20);
  let report = await sink.ask<Report>({ op: "report" });
  for (let attempt = 0; attempt < 200 && report.arrivals.length < count; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    report = await sink.ask<Report>({ op: "report" });
  }
  const waits = report.arrivals.map(([n, at]) => Math.max(0, at - (stored.get(n) ?? at))).toSorted((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
}
