// The live stream: many people of one workspace see every message. And what the wake-ups cost the commits.
import fs from "node:fs";
import { createApp } from "../server/app.ts";
import { messageReceived } from "../server/messages/message-events.ts";
import type { Bus } from "../server/platform/bus.ts";
import { systemClock } from "../server/platform/clock.ts";
import { readConfig } from "../server/platform/config.ts";
import { createEmit, type Emit } from "../server/platform/event.ts";
import { createLog } from "../server/platform/log.ts";
import { connectTarget } from "../server/test/hook-targets.ts";
import { openRawConnection } from "../server/test/raw-client.ts";
import { createWorkspaces, startServerProcess, temporaryFolder } from "../server/test/server-process.ts";
import { signedRequest, textBody } from "../server/test/signed-webhooks.ts";
import { cpuOf } from "./cpu.ts";
import type { BenchOptions } from "./main.ts";
import { atLeast, atMost, median, type Figure } from "./report.ts";
import { startClients } from "./stream-clients.ts";

const nowhere = "http://127.0.0.1:9";
const perSecond = 50;

export async function benchStream({ isQuick }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = temporaryFolder("bench");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const server = await startServerProcess({ dataDir, env: { KEEPWORD_PROVIDER_ORIGINS: nowhere } });
  stack.defer(() => void server.stop());
  const workspaces = await createWorkspaces(server, 8);
  const [workspace] = workspaces;
  if (!workspace) throw new Error("no workspace");
  const target = await connectTarget(workspace, { apiBaseUrl: nowhere });
  const port = Number(new URL(server.url).port);
  const clientCount = isQuick ? 100 : 2_000;
  const seconds = isQuick ? 3 : 20;

  const clients = stack.use(startClients());
  await clients.run({ op: "open", port, apiKey: workspace.apiKey, clients: clientCount });
  const connection = await openRawConnection(port);
  stack.defer(() => connection.close());
  let sent = 0;
  const write = async (): Promise<void> => {
    const i = sent++;
    const now = Date.now();
    const message = {
      from: `2547000${String(i % 500).padStart(5, "0")}`,
      name: `Person ${i % 500}`,
      id: `wamid.live${i}`,
    };
    const body = textBody(target, { ...message, text: `at ${now}`, timestamp: Math.floor(now / 1000) });
    if ((await connection.send(signedRequest(target, body))) !== 200) throw new Error("a message was refused");
  };
  for (let i = 0; i < 500; i++) await write(); // everybody is known
  await drained(clients, 500 * clientCount);
  await clients.run({ op: "start" });
  const cpuBefore = cpuOf(server.pid);
  const startedAt = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const early = startedAt + (i * 1000) / perSecond - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await write();
  }
  const took = (performance.now() - startedAt) / 1000;
  const result = await drained(clients, perSecond * seconds * clientCount);
  const us = ((cpuOf(server.pid) - cpuBefore) * 1e6) / result.deliveries;
  const exact = perSecond * seconds;
  connection.close();
  await server.stop();
  return [
    {
      ...{
        goal: "G13",
        what: `server CPU a delivery, ${clientCount} clients, ${perSecond} messages/s`,
        value: us,
        unit: "µs",
      },
      ...{ must: atMost(15), stretch: atMost(9), note: `${(exact / took).toFixed(1)} messages/s reached` },
    },
    {
      ...{ goal: "G13", what: "from sending the webhook to the client, p99", value: result.p99, unit: "ms" },
      ...{ must: atMost(300), stretch: atMost(100), note: `p50 ${result.p50} ms of ${result.samples}` },
    },
    { what: "messages a client got, fewest", value: result.least, raw: exact, unit: "", must: atLeast(1) },
    { what: "messages a client got, most", value: result.most, raw: exact, unit: "", must: atMost(1) },
    ...(await notifications(
      dataDir,
      workspaces.map(({ id }) => id),
      isQuick,
    )),
  ];
}

/** Waits until so many have arrived, or nothing more comes. */
async function drained(clients: ReturnType<typeof startClients>, count: number) {
  let last = await clients.run({ op: "stop" });
  for (let quiet = 0; last.deliveries < count && quiet < 20;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = await clients.run({ op: "stop" });
    quiet = next.deliveries === last.deliveries ? quiet + 1 : 0;
    last = next;
  }
  return last;
}

/** Group commits of 50 events on eight connections, with the wake-up in each and without. */
async function notifications(dataDir: string, workspaceIds: readonly string[], isQuick: boolean): Promise<Figure[]> {
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir });
  await using app = await createApp(config, { hasJobs: false, connections: 10, log: createLog({ level: "silent" }) });
  const silent: Bus = { ...app.bus, publish() {} };
  const emit = (bus: Bus): Emit => createEmit({ bus, clock: systemClock, reactions: [] });
  const ids = { messageId: "msg_1", conversationId: "cnv_1", contactId: "con_1", channelId: "chn_1" };
  const commitRate = async (emitWith: Emit, ms: number): Promise<number> => {
    const endAt = performance.now() + ms;
    let commits = 0;
    const worker = async (workspaceId: string): Promise<void> => {
      const items = Array.from({ length: 50 }, () => ({ workspaceId, payload: ids }));
      while (performance.now() < endAt) {
        await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => emitWith(tx, messageReceived, items));
        commits += 1;
      }
    };
    await Promise.all(workspaceIds.map(worker));
    return (commits * 1000) / ms;
  };
  const pairs: { on: number; off: number }[] = [];
  for (let rep = 0; rep < (isQuick ? 1 : 5); rep++) {
    const ms = isQuick ? 300 : 2_000;
    const on = await commitRate(emit(app.bus), ms);
    const off = await commitRate(emit(silent), ms);
    pairs.push({ on, off });
  }
  const ratio = median(pairs.map(({ on, off }) => on / off));
  const on = median(pairs.map((pair) => pair.on));
  return [
    {
      ...{
        goal: "G14",
        what: "group commits a second with notifications, against without",
        value: on,
        raw: on / ratio,
      },
      ...{ unit: "/s", must: atLeast(0.8), stretch: atLeast(0.95) },
    },
  ];
}
