// The SDK as people get it: packed, installed from the tarball, and every example of its README run against a real server.
import fs from "node:fs";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "./app.ts";
import { codeBlocks, startProgram, type Program } from "./documents.ts";
import { checkTypes, folderWithSdk } from "./installed-sdk.ts";
import { givenShop, type Shop } from "./shop.ts";

const root = path.resolve(import.meta.dirname, "../..");
const person = { key: "reader", phone: "+393330001111" };
/** Each example is a process of its own. */
const timeout = 120_000;
let sim: WhatsAppCloudSim;
let dir = "";
let shop: Shop;

beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
beforeAll(async () => {
  dir = await folderWithSdk();
  for (const { name, code } of codeBlocks("sdk/README.md")) fs.writeFileSync(path.join(dir, name), code);
  shop = await givenShop(t, sim);
  await t.app.health.flush();
}, 120_000);
afterAll(async () => {
  await sim[Symbol.asyncDispose]();
  fs.rmSync(dir, { recursive: true, force: true });
});

const run = (name: string, env: Record<string, string> = {}): Program =>
  startProgram(process.execPath, [name], {
    cwd: dir,
    env: { KEEPWORD_URL: t.url, KEEPWORD_API_KEY: shop.workspace.apiKey, CHANNEL_ID: shop.channelId, ...env },
  });
const writes = (text: string) => shop.hears({ person, text });

test(
  "the package holds JavaScript, types, README and licence, needs nothing else, and names no file of ours",
  { timeout },
  () => {
    const installed = path.join(dir, "node_modules/@keepword/sdk");
    const files = fs.readdirSync(installed);
    expect(files).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "README.md", "LICENSE", "package.json"]));
    expect(files.filter((name) => !/\.(js|d\.ts)$|^(README\.md|LICENSE|package\.json)$/.test(name))).toEqual([]);
    const about = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8")) as Record<string, unknown>;
    expect(about).toMatchObject({ name: "@keepword/sdk", license: "MIT" });
    expect(Object.keys(about)).not.toContain("dependencies");
    for (const name of files) expect(fs.readFileSync(path.join(installed, name), "utf8")).not.toContain(root);
  },
);

test("every example type-checks, strictly, against the package's own types", { timeout }, async () => {
  await checkTypes(
    dir,
    codeBlocks("sdk/README.md").map(({ name }) => name),
  );
});

test("send.ts sends, and learns by a code that the window is closed", { timeout }, async () => {
  expect(await run("send.ts").ended()).toBe("send a template instead");
  await writes("hello");
  expect(await run("send.ts").ended()).toMatch(/^msg_\w{26} queued$/);
  await shop.sent();
});

test("list.ts walks the list", { timeout }, async () => {
  await writes("on the list");
  expect(await run("list.ts").ended()).toContain("on the list");
});

test("events.ts tells what was written, and started again only what came since", { timeout }, async () => {
  await writes("first of the feed");
  {
    await using program = run("events.ts");
    await program.line(/first of the feed/);
    await expect.poll(() => fs.existsSync(path.join(dir, "position"))).toBe(true);
  }
  await writes("second of the feed");
  await using program = run("events.ts");
  await program.line(/second of the feed/);
  await expect(Promise.race([program.line(/first of the feed/), program.line(/second/)])).resolves.toContain("second");
});

test("webhook.ts takes a signed delivery and refuses a forged one", { timeout }, async () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  await using program = run("webhook.ts", {
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString("base64")} ${secret}`,
    PORT: "0",
  });
  const port = /port: (\d+)/.exec(await program.line(/listening/))?.[1];
  const body = '{"type":"message.received","timestamp":"2026-03-01T10:00:00Z","data":{}}';
  const deliver = async (key: string): Promise<number> => {
    const at = new Date();
    const headers = {
      "webhook-id": "evt_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(key).sign("evt_1", at, body),
    };
    return (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body, headers })).status;
  };
  expect(await deliver(secret)).toBe(204);
  await program.line(/^evt_1 message\.received$/);
  expect(await deliver(`whsec_${Buffer.alloc(32, 2).toString("base64")}`)).toBe(400);
});

test("media.ts sends a file from the disk and reads the same bytes back", { timeout }, async () => {
  await writes("the invoice, please");
  fs.writeFileSync(path.join(dir, "invoice.pdf"), `%PDF-1.4\n${"x".repeat(300_000)}`);
  await run("media.ts").ended();
  expect(fs.readFileSync(path.join(dir, "copy.pdf"))).toEqual(fs.readFileSync(path.join(dir, "invoice.pdf")));
});
