// Sending across a kill -9: no person gets a message twice, and nobody is left without knowing what became of theirs.
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../app.ts";
import { fakeClock } from "../../platform/clock.ts";
import { readConfig } from "../../platform/config.ts";
import { createLog } from "../../platform/log.ts";
import { createApiClient, type ApiClient } from "../api.ts";
import { connectTarget } from "../hook-targets.ts";
import { openRawConnection } from "../raw-client.ts";
import { createWorkspaces, startServerProcess, temporaryFolder, type ServerProcess } from "../server-process.ts";
import { signedRequest, textBody } from "../signed-webhooks.ts";

const people = 60;
const perPerson = 3;
const outcomeWaitMs = 120_000;

/** The simulator keeps the webhook's address, so the server comes back on the same port. */
async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function startSim(): Promise<WhatsAppCloudSim> {
  const sim = await startWhatsAppCloudSim({
    ...{ throughput: Infinity, pairLimit: false, appSecret: "sim-app-secret" },
    delivery: { retryFirstMs: 100, retryMaxMs: 500, attempts: 200 },
  });
  onTestFinished(() => sim[Symbol.asyncDispose]());
  return sim;
}

/** Everybody writes first, so that they may be answered. Returns the conversations. */
async function letPeopleWrite(port: number, requests: readonly Buffer[], api: ApiClient): Promise<string[]> {
  const connection = await openRawConnection(port);
  for (const request of requests) expect(await connection.send(request)).toBe(200);
  connection.close();
  const page = await api.get<{ data: { id: string }[] }>(`/v1/conversations?limit=${people}`);
  expect(page.body.data.length).toBe(people);
  return page.body.data.map(({ id }) => id);
}

async function sendAll(api: ApiClient, conversations: readonly string[]): Promise<string[]> {
  const messages = Array.from({ length: perPerson }, (_, n) =>
    conversations.map((conversationId) => ({ conversationId, type: "text", text: `answer ${n} to ${conversationId}` })),
  ).flat();
  const answer = await api.post<{ data: { isAccepted: boolean; message?: { id: string } }[] }>("/v1/messages/batch", {
    messages,
  });
  expect(answer.status).toBe(202);
  return answer.body.data.map(({ message }) => message?.id ?? "refused");
}

/** Messages that could be sent now: what stands behind a send of unknown outcome keeps its place and waits. */
async function sendable(server: ServerProcess): Promise<number> {
  const client = new pg.Client(server.connection().adminUrl);
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from outbox o where o.state = 'waiting' and not exists (select 1 from outbox e
       where e.conversation_id = o.conversation_id and (e.order_at, e.message_id) < (o.order_at, o.message_id))`,
  );
  await client.end();
  return rows[0]?.n ?? 0;
}

test("kill -9 while sending: no message reaches a person twice, and each arrived or is reported as unknown", async () => {
  const sim = await startSim();
  const dataDir = temporaryFolder("fault");
  onTestFinished(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const env = { KEEPWORD_PROVIDER_ORIGINS: sim.url };
  const port = await freePort();
  let server = await startServerProcess({ dataDir, env, port });
  onTestFinished(() => server.kill());
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace");
  const { appSecret, accessToken, verifyToken, phoneNumberId, wabaId, url: apiBaseUrl } = sim;
  const target = await connectTarget(workspace, {
    ...{ apiBaseUrl, appSecret, accessToken, verifyToken, phoneNumberId, wabaId },
  });
  await sim.setWebhook({ url: `${server.url}${target.path}` });
  const hellos = Array.from({ length: people }, (_, i) => {
    const from = `2547000${String(i).padStart(5, "0")}`;
    const timestamp = Math.floor(Date.now() / 1000);
    return signedRequest(
      target,
      textBody(target, { from, name: `Person ${i}`, id: `wamid.hello${i}`, text: "hello", timestamp }),
    );
  });
  const conversations = await letPeopleWrite(port, hellos, workspace.api);
  const accepted = await sendAll(workspace.api, conversations);
  expect(new Set(accepted).size).toBe(people * perPerson);

  // in the middle: some have arrived, some are on their way, most wait; of those on their way the answers are held back
  sim.fault({ kind: "slow", ms: 400, times: 40 });
  await vi.waitUntil(() => Object.keys(sim.countsByCallbackData()).length >= 40, { timeout: 30_000 });
  await server.kill();
  server = await startServerProcess({ dataDir, env, port });

  // the rest goes out; what was under way is settled by its statuses, or waits
  await vi.waitUntil(async () => (await sendable(server)) === 0, { timeout: 60_000, interval: 200 });
  await sim.settled({ timeoutMs: 60_000 });
  await server.stop();

  // two minutes later, by a clock of ours
  const clock = fakeClock(Date.now() + outcomeWaitMs + 1_000);
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir, KEEPWORD_PORT: String(port), ...env });
  await using app = await createApp(config, { clock, hasJobs: false, log: createLog({ level: "silent" }) });
  const api = createApiClient(await app.start(), { apiKey: workspace.apiKey });
  await app.drain?.settle();
  await app.drain?.idle();
  await sim.settled({ timeoutMs: 60_000 });

  const counts = sim.countsByCallbackData();
  expect(Object.entries(counts).filter(([, count]) => count !== 1)).toEqual([]);
  for (const id of accepted) {
    const { body } = await api.get<{ status: string; error?: { code: string } }>(`/v1/messages/${id}`);
    if (counts[id] === 1) expect(["sent", "delivered", "read"]).toContain(body.status);
    else expect(body).toMatchObject({ status: "failed", error: { code: "message.outcome_unknown" } });
  }
  // within a conversation in the order of acceptance
  const order = new Map(accepted.map((id, i) => [id, i]));
  const texts = sim.messages({ direction: "out" });
  for (const [, sent] of Map.groupBy(texts, (item) => item.person)) {
    const places = sent.map((item) => order.get(item.callbackData ?? "") ?? -1);
    expect(places).toEqual(places.toSorted((x, y) => x - y));
  }
}, 120_000);
