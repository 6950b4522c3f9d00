// Webhooks across a kill -9: what was called and not recorded comes again under the same id, and nothing is lost.
import fs from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../app.ts";
import { fakeClock } from "../../platform/clock.ts";
import { readConfig } from "../../platform/config.ts";
import { createLog } from "../../platform/log.ts";
import { connectTarget } from "../hook-targets.ts";
import { openRawConnection } from "../raw-client.ts";
import { startReceiver } from "../receiver.ts";
import { createWorkspaces, startServerProcess, temporaryFolder } from "../server-process.ts";
import { signedRequest, textBody } from "../signed-webhooks.ts";

const messages = 60;
const leaseMs = 120_000;
const nobody = "http://127.0.0.1:1";

test("kill -9 between a call and its record: it comes again under the same id, and everything arrives", async () => {
  const dataDir = temporaryFolder("fault");
  onTestFinished(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const env = { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true", KEEPWORD_PROVIDER_ORIGINS: nobody };
  const server = await startServerProcess({ dataDir, env });
  onTestFinished(() => server.kill());
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace");
  // nobody is asked about the number: its provider is not there
  const target = await connectTarget(workspace, { apiBaseUrl: nobody });
  // the first 20 are taken and answered; then calls stay under way until the server dies
  const there = await startReceiver((_, n) => (n <= 20 ? { status: 200 } : undefined));
  onTestFinished(() => there[Symbol.asyncDispose]());
  const made = await workspace.api.post("/v1/webhook-endpoints", { url: there.url, eventTypes: ["message.received"] });
  expect(made.status).toBe(201);

  const connection = await openRawConnection(Number(new URL(server.url).port));
  for (let i = 0; i < messages; i++) {
    const timestamp = Math.floor(Date.now() / 1000);
    const from = `2547000${String(i).padStart(5, "0")}`;
    const body = textBody(target, { from, name: `Person ${i}`, id: `wamid.${i}`, text: `text ${i}`, timestamp });
    expect(await connection.send(signedRequest(target, body))).toBe(200);
  }
  connection.close();
  await vi.waitUntil(() => there.requests.length >= 30, { timeout: 30_000 });
  await server.kill();
  const underWay = there.requests.slice(20).map((request) => request.id);
  expect(underWay.length).toBeGreaterThan(0);

  // the leases of the dead process are over, by a clock of ours
  there.answer = () => ({ status: 200 });
  const clock = fakeClock(Date.now() + leaseMs + 1_000);
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir, KEEPWORD_PORT: "0", ...env });
  await using app = await createApp(config, { clock, hasJobs: false, log: createLog({ level: "silent" }) });
  await app.start();
  await app.deliverer?.idle();

  const counts = new Map<string, number>();
  for (const { id } of there.requests) counts.set(id, (counts.get(id) ?? 0) + 1);
  expect(counts.size).toBe(messages);
  for (const id of underWay) expect(counts.get(id)).toBeGreaterThanOrEqual(2);
  const texts = there.requests.map(({ json }) => (json.data["message"] as { text: string }).text);
  expect(new Set(texts).size).toBe(messages);
}, 120_000);
