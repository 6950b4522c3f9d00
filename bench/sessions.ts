// Linked phones: memory and restart of many sessions in one process, and messages a second through real encryption beside the bare
// library. Phones and network are simulated in a process of their own; everything is on loopback.
import fs from "node:fs";
import pg from "pg";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../server/test/linked-phone.ts";
import {
  createWorkspaces,
  startServerProcess,
  temporaryFolder,
  type LiveWorkspace,
  type ServerProcess,
} from "../server/test/server-process.ts";
import { startChild, type Child } from "./child.ts";
import { memoryOf } from "./cpu.ts";
import type { Bare } from "./linked-bare.ts";
import type { Chat, Network } from "./linked-network.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, median, type Figure } from "./report.ts";
import { bareIn, bareOut, productIn, productOut, type Setting } from "./sessions-load.ts";

const perWorkspace = 30;
const peoplePerPhone = 5;
const pairingAtOnce = 4;
const pairTimeoutMs = 120_000;
const settleMs = 10_000;
const restoreTimeoutMs = 180_000;

export async function benchSessions({ isQuick, scale }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const count = isQuick ? 10 : Math.max(10, Math.round(300 * scale));
  const network = stack.use(startChild<Network>("linked-network.ts"));
  const { url, trust } = await network.ask("where", undefined);
  const dataDir = temporaryFolder("bench");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const server = await startServerProcess({ dataDir, env: { KEEPWORD_PROVIDER_ORIGINS: url } });
  stack.defer(() => void server.stop());
  const workspaces = await createWorkspaces(server, Math.ceil(count / perWorkspace));
  const phones = await linkAll({ workspaces, count, network, url });
  await sleep(isQuick ? 1_000 : settleMs);
  const pairedMb = memoryOf(pidOf(server)).now;
  const restart = await restartSessions(server, network, count);
  await sleep(isQuick ? 1_000 : settleMs);
  const idleMb = memoryOf(pidOf(server)).now;

  const bare = stack.use(startChild<Bare>("linked-bare.ts"));
  const busy = phones.slice(0, Math.min(isQuick ? 4 : 20, count));
  const chats = busy.flatMap(({ phone }, at) => chatsOf(phone, `1999${at}`));
  const bareChats = busy.flatMap((_, at) => chatsOf(`1777555${1000 + at}`, `1888${at}`));
  await linkBare(bare, network, bareChats, trust);
  const admin = new pg.Client(server.connection().adminUrl);
  await admin.connect();
  stack.defer(() => admin.end());
  const [workspace] = workspaces;
  if (!workspace) throw new Error("no workspace");
  const setting: Setting = { server, network, bare, workspace, admin, chats, bareChats };
  // everybody says hello first: what follows are conversations, not first contacts
  const hello = await productIn(setting, "hello", 1);
  await bareIn(setting, "bare-hello", 1);

  const rounds = isQuick ? 1 : 3;
  const each = isQuick ? 10 : Math.max(5, Math.round(20 * scale));
  const inbound: Awaited<ReturnType<typeof productIn>>[] = [];
  const outbound: Awaited<ReturnType<typeof productOut>>[] = [];
  const bareInbound: Awaited<ReturnType<typeof bareIn>>[] = [];
  const bareOutbound: Awaited<ReturnType<typeof bareIn>>[] = [];
  for (let round = 0; round < rounds; round++) {
    inbound.push(await productIn(setting, `in${round}`, each));
    bareInbound.push(await bareIn(setting, `bare-in${round}`, each));
    outbound.push(await productOut(setting, `out${round}`, each));
    bareOutbound.push(await bareOut(setting, `bare-out${round}`, each));
  }
  const of = <T, K extends keyof T>(runs: readonly T[], name: K) => median(runs.map((run) => Number(run[name])));
  const wrong = [hello, ...inbound, ...outbound].reduce((sum, run) => sum + run.wrong, 0);
  const total = chats.length * (1 + rounds * each * 2);
  const spread = `${busy.length} sessions, ${chats.length} conversations, median of ${rounds}`;
  return [
    {
      what: `memory of ${count} idle sessions`,
      value: idleMb,
      unit: "MB",
      must: atMost(1000),
      note: "after a restart",
    },
    { what: `memory after pairing ${count}`, value: pairedMb, unit: "MB", must: atMost(1000) },
    {
      ...{ what: `all ${count} sessions back after kill -9`, value: restart.seconds, unit: "s", must: atMost(60) },
      note: `first after ${restart.firstSeconds.toFixed(1)} s: another process starts and loads the library`,
    },
    { what: "most of them back within one second", value: restart.mostInASecond, unit: "", must: atMost(25) },
    { what: "inbound, durable", value: of(inbound, "rate"), unit: "/s", must: atLeast(150), note: spread },
    { what: "inbound beside the bare library", value: of(inbound, "rate"), raw: of(bareInbound, "rate"), unit: "/s" },
    {
      what: "outbound, on the phones of people",
      value: of(outbound, "rate"),
      unit: "/s",
      must: atLeast(100),
      note: spread,
    },
    {
      what: "outbound beside the bare library",
      value: of(outbound, "rate"),
      raw: of(bareOutbound, "rate"),
      unit: "/s",
    },
    { what: `lost, doubled or out of order of ${total}`, value: wrong, unit: "", must: atMost(0) },
    ...cpuFigures("inbound", inbound, bareInbound),
    ...cpuFigures("outbound", outbound, bareOutbound),
    {
      what: "memory of the process after the load",
      value: memoryOf(pidOf(server)).now,
      unit: "MB",
      must: atMost(1000),
    },
  ];
}

interface Costs {
  cpuMs: number;
  databaseMs?: number;
}

function cpuFigures(name: string, runs: readonly Costs[], bare: readonly Costs[]): Figure[] {
  const of = (some: readonly Costs[], key: keyof Costs) => median(some.map((run) => run[key] ?? 0));
  const [value, raw] = [of(runs, "cpuMs"), of(bare, "cpuMs")];
  return [
    {
      ...{ what: `CPU of the process, ${name}`, value, raw, unit: "ms a message" },
      note: `database ${of(runs, "databaseMs").toFixed(1)}`,
    },
  ];
}

function chatsOf(phone: string, prefix: string): Chat[] {
  return Array.from({ length: peoplePerPhone }, (_, n) => ({ phone, person: `${prefix}555${1000 + n}` }));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function pidOf(server: ServerProcess): number {
  const pid = server.sessionsPid();
  if (pid === undefined) throw new Error("no process has the sessions");
  return pid;
}

interface Linking {
  workspaces: readonly LiveWorkspace[];
  count: number;
  network: Child<Network>;
  url: string;
}

async function linkAll({ workspaces, count, network, url }: Linking): Promise<LinkedPhone[]> {
  const phones: LinkedPhone[] = [];
  const scan = (input: { phone: string; qr: string }) => network.ask("scan", input);
  let next = 0;
  const link = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      const workspace = workspaces[Math.floor(at / perWorkspace)];
      if (!workspace) throw new Error("no workspace");
      const pace = { perSecond: 500, perContactMs: 0 };
      const phone = await givenLinkedPhone(workspace, workspace.api, { url, scan }, { pace });
      await phone.pair(pairTimeoutMs);
      phones[at] = phone;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: pairingAtOnce }, link));
  console.log(`linked ${count} phones in ${Math.round((performance.now() - started) / 1000)} s`);
  return phones;
}

async function linkBare(
  bare: Child<Bare>,
  network: Child<Network>,
  chats: readonly Chat[],
  { webSocketUrl, noiseRootPublicKey: root }: { webSocketUrl: string; noiseRootPublicKey: string },
): Promise<void> {
  const phones = [...new Set(chats.map(({ phone }) => phone))];
  for (const phone of phones) {
    const qr = await bare.ask("qr", { phone, webSocketUrl, root });
    await network.ask("scan", { phone, qr });
  }
  await eventually(async () => (await bare.ask("open", undefined)) === phones.length, "the bare connections", 60_000);
}

/** kill -9 and the server's own restart, seen from the network: how many devices are there again, and when. */
async function restartSessions(server: ServerProcess, network: Child<Network>, count: number) {
  process.kill(pidOf(server), "SIGKILL");
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  await eventually(async () => (await network.ask("active", undefined)) === 0, "the end of all connections");
  const seen: { at: number; active: number }[] = [];
  await eventually(
    async () => {
      const active = await network.ask("active", undefined);
      seen.push({ at: seconds(), active });
      return active === count;
    },
    `the return of ${count} sessions`,
    restoreTimeoutMs,
  );
  const mostInASecond = Math.max(
    ...seen.map(({ at, active }) => active - (seen.findLast((one) => one.at <= at - 1)?.active ?? 0)),
  );
  return {
    seconds: seconds(),
    firstSeconds: seen.find(({ active }) => active > 0)?.at ?? Number.NaN,
    mostInASecond,
  };
}
