import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startWhatsAppCloudSim } from "./server.ts";
import { startBusiness } from "./test-business.ts";

test("as a process it prints one line when ready, uses what it was given, and ends on SIGTERM", async () => {
  await using business = await startBusiness("s3cret", "verify");
  const flags = ["--port", "0", "--app-secret", "s3cret", "--access-token", "token-1", "--phone-number-id", "42"];
  const main = new URL("main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...flags, "--waba-id", "43", "--webhook-url", business.url]);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { ready, url } = JSON.parse(line) as { ready: boolean; url: string };
  expect(ready).toBe(true);
  const answer = await fetch(`${url}/v26.0/43/phone_numbers`, { headers: { authorization: "Bearer token-1" } });
  expect(await answer.json()).toMatchObject({ data: [{ id: "42" }] });
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/control/says`, { method: "POST", headers, body: '{"text":"Hi"}' });
  expect(business.received.map((one) => one.isSigned)).toEqual([true]);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("the phone's files are served with a policy that allows nothing from elsewhere, and it follows live", async () => {
  await using sim = await startWhatsAppCloudSim();
  for (const path of ["/", "/phone/phone.js", "/phone/bubble.js", "/phone/phone.css", "/phone/chat.css"]) {
    const response = await fetch(sim.url + path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  const stream = await fetch(`${sim.url}/control/stream`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!seen.includes("open")) seen += (await reader?.read())?.value ?? "";
  const { delivery } = await sim.says({ image: true });
  expect(delivery?.state).toBe("no_webhook");
  while (!seen.includes('"type":"image"')) seen += (await reader?.read())?.value ?? "";
  const [body] = sim.chat({ person: "wanjiru" }).messages.map((message) => message.body) as { image: { id: string } }[];
  expect((await fetch(`${sim.url}/control/media/${body?.image.id}`)).headers.get("content-type")).toBe("image/jpeg");
  await reader?.cancel();
});
