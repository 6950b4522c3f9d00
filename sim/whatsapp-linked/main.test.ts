import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { Trust, WhatsAppLinkedSim } from "./server.ts";
import { startWhatsappLinked } from "./server.ts";
import { startClient, textsOf } from "./test-client.ts";

const headers = { "content-type": "application/json" };

async function post(url: string, name: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/control/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
  return response.json();
}

test("as a process it prints one line when ready, tells whom to trust, is moved over HTTP alone, and ends on SIGTERM", async () => {
  const main = new URL("main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--port", "0"]);
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, "line")) as [string];
  const further: string[] = [];
  lines.on("line", (text: string) => further.push(text));
  const { ready, url } = JSON.parse(line) as { ready: boolean; url: string };
  expect(ready).toBe(true);
  const trust = (await (await fetch(`${url}/trust`)).json()) as Trust;
  expect(Buffer.from(trust.noiseRootPublicKey, "base64")).toHaveLength(32);
  expect(trust.mediaCa).toContain("BEGIN CERTIFICATE");

  await using client = startClient({ trust, webSocketUrl: trust.webSocketUrl } as WhatsAppLinkedSim);
  const qr = await client.until((one) => one.qr, "a QR code");
  expect(await post(url, "scan", { phone: "15550001111", qr: "wrong" })).toMatchObject({
    error: expect.stringContaining("expired"),
  });
  expect(await post(url, "scan", { phone: "15550001111", qr })).toEqual({ device: 1 });
  await client.until((one) => one.creds.accountSyncCounter > 0, "the link");
  await post(url, "says", { person: "Wanjiru", to: "15550001111", text: "Hi" });
  await client.until((one) => textsOf(one).includes("Hi"), "the message");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(further).toEqual([]);
});

test("the phone's files are served with a policy that allows nothing from elsewhere; control is for this origin only", async () => {
  await using sim = await startWhatsappLinked();
  for (const path of [
    "/",
    "/phone/phone.js",
    "/phone/bubble.js",
    "/phone/phone.css",
    "/phone/chat.css",
    "/phone/link.css",
  ]) {
    const response = await fetch(sim.url + path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  const foreign = { ...headers, origin: "https://elsewhere.example" };
  const refused = await fetch(`${sim.url}/control/phones`, { method: "POST", headers: foreign, body: "{}" });
  expect(refused.status).toBe(403);
  expect(await post(sim.url, "no-such", {})).toMatchObject({ error: expect.stringContaining("no operation") });
  const sent = await sim.says({ person: "14155550123", to: "15550001111", image: true });
  const file = await fetch(`${sim.url}/control/media/${sent.id}`);
  expect(file.headers.get("content-type")).toBe("image/jpeg");
});
