// Sending: one number with the upgraded rate of 1,000 messages a second, through the simulator as a process of its own. Everything is
// accepted beforehand for one moment, so that only the outbox, the pace and the calls are measured.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
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
import { cpuOf, cpuOfFamily, memoryOf } from "./cpu.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, type Figure } from "./report.ts";

const perSecond = 1_000;
const appSecret = "0123456789abcdef0123456789abcdef";

interface Sim {
  url: string;
  pid: number;
  control<T>(name: string, body: object): Promise<T>;
}

async function startSim(stack: AsyncDisposableStack): Promise<Sim & { phoneNumberId: string; wabaId: string }> {
  const file = path.join(import.meta.dirname, "../sim/whatsapp-cloud/main.ts");
  const flags = ["--with-parent", "--app-secret", appSecret, "--throughput", String(perSecond)];
  flags.push("--access-token", "sim-token", "--verify-token", "sim-verify");
  const child = spawn(process.execPath, [file, ...flags], { stdio: ["pipe", "pipe", "inherit"] });
  stack.defer(async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const told = JSON.parse(line) as { url: string; phoneNumberId: string; wabaId: string };
  return {
    ...told,
    pid: child.pid ?? 0,
    async control<T>(name: string, body: object): Promise<T> {
      const answer = await fetch(`${told.url}/control/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
      return (await answer.json().catch(() => undefined)) as T;
    },
  };
}

export async function benchSend({ isQuick, scale }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = temporaryFolder("bench");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const sim = await startSim(stack);
  // before the channel's check, which learns the rate of the number
  const delivery = { coalesceMs: 20, coalesceMax: 100 };
  await sim.control("configure", { throughput: perSecond, pairLimit: false, delivery });
  const server = await startServerProcess({ dataDir, env: { KEEPWORD_PROVIDER_ORIGINS: sim.url } });
  stack.defer(() => void server.stop());
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace");
  const { phoneNumberId, wabaId, url: apiBaseUrl } = sim;
  const secrets = { appSecret, accessToken: "sim-token", verifyToken: "sim-verify" };
  const target = await connectTarget(workspace, { ...secrets, apiBaseUrl, phoneNumberId, wabaId });
  await sim.control("setWebhook", { url: `${server.url}${target.path}` });
  await upgraded(workspace, target.channelId);
  const conversations = await letPeopleWrite(server, target, workspace, isQuick ? 100 : 3_000);
  const setting = { server, sim, workspace, conversations };
  // without statuses first: what remains is the sender's own work
  await sim.control("configure", { autoStatuses: false });
  const alone = await sendAll(setting, isQuick ? 500 : 10_000 * scale, "a");
  await sim.control("configure", { autoStatuses: true });
  const all = await sendAll(setting, isQuick ? 1_000 : 30_000 * scale, "b");
  return [
    {
      ...{ goal: "G11", what: `messages a second, ${all.count} of one number, with their statuses coming back` },
      ...{ value: all.rate, raw: perSecond, unit: "/s", must: atLeast(0.97), stretch: atLeast(0.99) },
    },
    { what: "the same without statuses", value: alone.rate, raw: perSecond, unit: "/s" },
    { what: "conversations out of order", value: all.outOfOrder + alone.outOfOrder, unit: "", must: atMost(0) },
    { what: "messages missing or doubled", value: all.wrong + alone.wrong, unit: "", must: atMost(0) },
    { what: "memory of the server, highest", value: all.peakMb, unit: "MB", must: atMost(400) },
    {
      ...{ goal: "G11", what: "CPU of the sender (server process, no statuses)", value: alone.cores, unit: "cores" },
      ...{ must: atMost(0.4), stretch: atMost(0.25), note: `database ${alone.databaseCores.toFixed(2)}` },
    },
    {
      what: "CPU of the server process with statuses",
      ...{ value: all.cores, unit: "cores", note: `database ${all.databaseCores.toFixed(2)}` },
    },
  ];
}

/** Waits until the channel's check has learnt the number's rate. */
async function upgraded(workspace: LiveWorkspace, channelId: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { body } = await workspace.api.get<{ status: string }>(`/v1/channels/${channelId}`);
    if (body.status === "connected") return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the channel was not verified");
}

async function letPeopleWrite(
  server: ServerProcess,
  target: HookTarget,
  workspace: LiveWorkspace,
  count: number,
): Promise<string[]> {
  const port = Number(new URL(server.url).port);
  let next = 0;
  const write = async (): Promise<void> => {
    const connection = await openRawConnection(port);
    for (let i = next++; i < count; i = next++) {
      const from = `2547000${String(i).padStart(5, "0")}`;
      const timestamp = Math.floor(Date.now() / 1000);
      const body = textBody(target, { from, name: `Person ${i}`, id: `wamid.hello${i}`, text: "hello", timestamp });
      if ((await connection.send(signedRequest(target, body))) !== 200) throw new Error("a hello was refused");
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: 32 }, write));
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await workspace.api.get<{ data: { id: string }[]; nextCursor: string | null }>(
      `/v1/conversations?limit=100${after}`,
    );
    ids.push(...page.body.data.map(({ id }) => id));
    cursor = page.body.nextCursor;
  }
  if (ids.length !== count) throw new Error(`${ids.length} conversations of ${count}`);
  return ids;
}

interface Setting {
  server: ServerProcess;
  sim: Sim;
  workspace: LiveWorkspace;
  conversations: string[];
}

interface Sent {
  count: number;
  rate: number;
  outOfOrder: number;
  wrong: number;
  peakMb: number;
  cores: number;
  databaseCores: number;
}

async function sendAll(setting: Setting, count: number, run: string): Promise<Sent> {
  const { server, sim, workspace, conversations } = setting;
  const startsAt = Date.now() + 10_000 + count * 4;
  const scheduledAt = new Date(startsAt).toISOString();
  for (let i = 0; i < count; i += 500) {
    const messages = Array.from({ length: Math.min(500, count - i) }, (_, k) => {
      const conversationId = conversations[(i + k) % conversations.length];
      return { conversationId, type: "text", text: `${run} ${i + k}`, scheduledAt };
    });
    const answer = await workspace.api.post<{ data: { isAccepted: boolean }[] }>("/v1/messages/batch", { messages });
    const refused = answer.status !== 202 || answer.body.data.some((item) => !item.isAccepted);
    if (refused) throw new Error(`batch: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  }
  const early = startsAt - Date.now();
  if (early < 0) throw new Error("accepting took longer than planned");
  await new Promise((resolve) => setTimeout(resolve, early));
  const before = [cpuOf(server.pid), cpuOfFamily(server.postmasterPid()), performance.now()] as const;
  const arrived = await whenArrived(sim, count, run);
  const seconds = (performance.now() - before[2]) / 1000;
  const cores = (cpuOf(server.pid) - before[0]) / seconds;
  const databaseCores = (cpuOfFamily(server.postmasterPid()) - before[1]) / seconds;
  await sim.control("settled", { timeoutMs: 120_000 });
  return { count, cores, databaseCores, ...arrived, peakMb: memoryOf(server.pid).peak };
}

interface SimMessage {
  person: string;
  text: string;
  at: number;
}

async function whenArrived(sim: Sim, count: number, run: string) {
  const match = { direction: "out", text: `${run} ` };
  // asked once it should be over: the simulator's list is long, and it must not be busy with us meanwhile
  await new Promise((resolve) => setTimeout(resolve, (count / perSecond) * 1000));
  let sent: SimMessage[] = [];
  for (let attempt = 0; attempt < 60; attempt++) {
    sent = await sim.control<SimMessage[]>("messages", match);
    if (sent.length >= count) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const times = sent.map((message) => message.at).toSorted((a, b) => a - b);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  const numbers = sent.map((message) => Number(message.text.split(" ")[1]));
  const byPerson = Map.groupBy(sent.keys(), (i) => sent[i]?.person);
  const isOrdered = (indexes: number[]) =>
    indexes.every((i, k) => k === 0 || (numbers[indexes[k - 1] ?? 0] ?? 0) < (numbers[i] ?? 0));
  const outOfOrder = [...byPerson.values()].filter((indexes) => !isOrdered(indexes)).length;
  const wrong = Math.abs(count - new Set(numbers).size) + (sent.length - new Set(numbers).size);
  return { rate: (sent.length - 1) / seconds, outOfOrder, wrong };
}
