// Every block of the quickstarts, run as it stands against a real server, with a simulated phone and a simulated Cloud API at the other end.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestApp } from "./app.ts";
import { codeBlocks, startProgram } from "./documents.ts";
import type { GivenWorkspace } from "./given.ts";
import { checkTypes, folderWithSdk } from "./installed-sdk.ts";
import { givenLinkedPhone } from "./linked-phone.ts";
import { startReceiver, type Received } from "./receiver.ts";
import { givenShop } from "./shop.ts";

let cloud: WhatsAppCloudSim;
let phones: WhatsAppLinkedSim;
let dir = "";
beforeAll(async () => {
  [cloud, phones] = await Promise.all([startWhatsAppCloudSim(), startWhatsappLinked()]);
});
const t = createTestApp({
  providerOrigins: () => [cloud.url, phones.url],
  env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" },
  hasJobs: true,
});
beforeAll(async () => void (dir = await folderWithSdk()), 120_000);
afterAll(async () => {
  await Promise.all([cloud[Symbol.asyncDispose](), phones[Symbol.asyncDispose]()]);
  fs.rmSync(dir, { recursive: true, force: true });
});

let workspace: GivenWorkspace;
let env: Record<string, string>;
beforeEach(async () => {
  // receivers compare the time of a delivery with their own clock
  t.clock.set(Date.now());
  workspace = await t.given.workspace();
  env = { KEEPWORD_URL: t.url, KEEPWORD_API_KEY: workspace.apiKey };
});

const blocks = (document: string): Record<string, string> =>
  Object.fromEntries(codeBlocks(`docs/quickstarts/${document}`).map(({ name, code }) => [name, code]));
const headersOf = ({ headers }: Received): Record<string, string> =>
  Object.fromEntries(
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, String(headers[name])]),
  );

const hasCurl = ["curl", "openssl", "bash"].every((tool) => spawnSync(tool, ["--help"]).error === undefined);
if (!hasCurl)
  console.log("docs/quickstarts/curl.md: this machine lacks curl, OpenSSL or Bash; its requests are made by fetch");

async function withoutCurl(): Promise<void> {
  await using receiver = await startReceiver();
  const linked = await givenLinkedPhone(workspace, workspace.api, phones);
  await linked.pair();
  const endpoint = { url: receiver.url, eventTypes: ["message.*"] };
  const { secret } = (await workspace.api.post<{ secret: string }>("/v1/webhook-endpoints", endpoint)).body;
  await phones.says({ person: "14155550177", to: linked.phone, text: "Is it open?" });
  const [request] = await receiver.received(1);
  if (!request) throw new Error("nothing was delivered");
  new Webhook(secret).verify(request.body, headersOf(request));
  const answer = { channelId: linked.channelId, to: "+14155550177", type: "text", text: "Got it." };
  expect((await linked.send(answer)).body.status).toBe("queued");
  expect((await workspace.api.get("/v1/events?types=message.received,message.sent")).status).toBe(200);
}

describe("curl", () => {
  test("with nothing but curl a phone is linked, an event verified, an answer sent", async () => {
    if (!hasCurl) return withoutCurl();
    const code = blocks("curl.md");
    const [phone, friend] = ["15551007001", "14155550177"];
    phones.addPhone({ phone });
    await using receiver = await startReceiver();
    const simulated = (text: string): string =>
      text.replace('"settings": {}', `"settings": {"apiBaseUrl": "${phones.url}"}`);
    const script = [
      ...["set -euo pipefail", code["api.sh"], simulated(code["link.sh"] ?? ""), code["webhook.sh"]],
      // the reader writes, and looks at what came
      ...[
        "until [ -f delivered.env ]; do sleep 0.1; done",
        ". ./delivered.env",
        code["verify.sh"],
        code["send.sh"],
        code["feed.sh"],
      ],
    ];
    fs.rmSync(path.join(dir, "delivered.env"), { force: true });
    await using shell = startProgram("bash", ["-c", script.join("\n")], {
      cwd: dir,
      env: { ...env, PHONE: `+${phone}`, RECEIVER: receiver.url },
    });
    const asked = await shell.line(/enter \S+$/);
    const [define = "", type = "", write = ""] = (code["phone.sh"] ?? "").split(/\n(?=sim )/);
    const beThePhone = (what: string): Promise<string> =>
      startProgram("bash", ["-c", `${define.replace("http://127.0.0.1:3002", phones.url)}\n${what}`], {
        ...{ cwd: dir, env: { PHONE: `+${phone}`, CODE: asked.split(" ").at(-1) ?? "" } },
      }).ended();
    await beThePhone(type);
    await shell.line(/^linked chn_/);
    await shell.line(/^keep whsec_/);
    await beThePhone(write);
    const [request] = await receiver.received(1);
    if (!request) throw new Error("nothing was delivered");
    fs.writeFileSync(path.join(dir, "body.json"), request.body);
    const exports = Object.entries(headersOf(request)).map(
      ([name, value]) => `${name.toUpperCase().replaceAll("-", "_")}='${value}'`,
    );
    fs.writeFileSync(path.join(dir, "delivered.env.draft"), exports.join("\n"));
    fs.renameSync(path.join(dir, "delivered.env.draft"), path.join(dir, "delivered.env"));
    await shell.line(/^genuine$/);
    const printed = await shell.ended();
    expect(printed).toContain("\nqueued\n");
    expect(printed).toContain('"lastPosition"');
    await expect.poll(() => phones.received({ person: friend }).map(({ text }) => text)).toEqual(["Got it."]);
  }, 120_000);

  test("a forged delivery is called forged", async () => {
    const { "verify.sh": verify = "" } = blocks("curl.md");
    expect(verify).toContain("hexkey:$KEY");
    if (!hasCurl) return;
    fs.writeFileSync(path.join(dir, "body.json"), "{}");
    const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
    const run = (signature: string, at = new Date()): Promise<string> =>
      startProgram("bash", ["-c", verify], {
        cwd: dir,
        env: {
          ...{ SECRET: secret, WEBHOOK_ID: "evt_1", WEBHOOK_SIGNATURE: signature },
          WEBHOOK_TIMESTAMP: String(Math.floor(at.getTime() / 1000)),
        },
      }).ended();
    const signed = (key: string, at = new Date()): string => new Webhook(key).sign("evt_1", at, "{}");
    expect(await run(`v1,AAAA ${signed(secret)}`)).toBe("genuine");
    await expect(run(signed(`whsec_${Buffer.alloc(32, 4).toString("base64")}`))).rejects.toThrow("forged");
    const old = new Date(Date.now() - 600_000);
    await expect(run(signed(secret, old), old)).rejects.toThrow("too old");
  });
});

describe("Node", () => {
  const run = (name: string, more: Record<string, string> = {}) =>
    startProgram(process.execPath, [name], { cwd: dir, env: { ...env, ...more } });

  test("the programs connect a number, receive and answer, and follow the log", async () => {
    const code = blocks("node.md");
    // only the address of the simulator is added
    const simulated = (text: string): string =>
      text.replace('wabaId: env("WABA_ID")', 'wabaId: env("WABA_ID"), apiBaseUrl: env("GRAPH")');
    for (const [name, text] of Object.entries(code)) fs.writeFileSync(path.join(dir, name), simulated(text));
    await checkTypes(dir, Object.keys(code));
    const number = cloud.addPhoneNumber({});
    const printed = await run("connect.ts", {
      ...{ PHONE_NUMBER_ID: number.id, WABA_ID: cloud.wabaId, ACCESS_TOKEN: cloud.accessToken, GRAPH: cloud.url },
      ...{ APP_SECRET: cloud.appSecret, VERIFY_TOKEN: cloud.verifyToken },
    }).ended();
    const [, webhookUrl = ""] = printed.split(" ");
    await cloud.setWebhook({ url: new URL(new URL(webhookUrl).pathname, t.url).href });
    const reserved = await startReceiver();
    const port = new URL(reserved.url).port;
    await reserved.down();
    await using receiving = run("receive.ts", { PORT: port, RECEIVER: `http://127.0.0.1:${port}/` });
    await receiving.line(/^receiving/);
    await cloud.says({ phoneNumberId: number.id, person: "wanjiru", text: "Hi" });
    await receiving.line(/^answered msg_/);
    await t.app.drain?.idle();
    await cloud.settled();
    await using following = run("follow.ts");
    await following.line(/^message\.received msg_/);
    await following.line(/^message\.delivered msg_/);
    const forged = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" });
    expect(forged.status).toBe(400);
  }, 120_000);
});

interface N8nNode {
  name: string;
  type: string;
  parameters: {
    method?: string;
    url?: string;
    jsonBody?: string;
    headerParameters?: { parameters: { name: string; value: string }[] };
    queryParameters?: { parameters: { name: string; value: string }[] };
    options?: { rawBody?: boolean };
  };
}
interface OpenApi {
  paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; responses: object }>>;
}

describe("n8n", () => {
  const openApi = JSON.parse(
    fs.readFileSync(path.resolve(import.meta.dirname, "../../docs/openapi.json"), "utf8"),
  ) as OpenApi;
  const nodes = (name: string): N8nNode[] => (JSON.parse(blocks("n8n.md")[name] ?? "") as { nodes: N8nNode[] }).nodes;

  /** What n8n makes of a parameter: one that begins with `=` has expressions in double braces. */
  const evaluate = (text: string, $json: object): string =>
    text.startsWith("=")
      ? text
          .slice(1)
          .replaceAll(/\{\{(.+?)\}\}/g, (_whole, code: string) =>
            String(vm.runInNewContext(code, { $env: env, $json, $execution: { id: "77" } })),
          )
      : text;

  /** The request that the HTTP Request node would make, checked against the API's own document and made. */
  async function request(block: string, $json: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const [node] = nodes(block);
    if (node?.type !== "n8n-nodes-base.httpRequest") throw new Error("no HTTP Request node");
    const { method = "", headerParameters, queryParameters, jsonBody } = node.parameters;
    const url = new URL(evaluate(node.parameters.url ?? "", $json));
    const operation = openApi.paths[url.pathname]?.[method.toLowerCase()];
    if (!operation) throw new Error(`the API has no ${method} ${url.pathname}`);
    const declared = (place: string): string[] =>
      operation.parameters.filter((one) => one.in === place).map((one) => one.name.toLowerCase());
    const headers = new Headers(headerParameters?.parameters.map(({ name, value }) => [name, evaluate(value, $json)]));
    expect([...headers.keys()].filter((name) => !["authorization", ...declared("header")].includes(name))).toEqual([]);
    for (const { name, value } of queryParameters?.parameters ?? []) {
      expect(declared("query")).toContain(name);
      url.searchParams.set(name, evaluate(value, $json));
    }
    headers.set("content-type", "application/json");
    const body = jsonBody === undefined ? null : JSON.stringify(JSON.parse(evaluate(jsonBody, $json)));
    const answer = await fetch(url, { method, headers, body });
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  test("the nodes make the endpoint, take a verified message, send once for an execution, and ask for events", async () => {
    const shop = await givenShop(t, cloud);
    env = { KEEPWORD_URL: t.url, KEEPWORD_API_KEY: shop.workspace.apiKey };
    await using receiver = await startReceiver();
    const made = await request("endpoint.json", { receiver: receiver.url });
    expect(made.status).toBe(201);
    await shop.hears({ person: { key: "n8n", phone: "+393330007777" }, text: "Hi" });
    const [delivered] = await receiver.received(1);
    if (!delivered) throw new Error("nothing was delivered");

    const [webhook, verify] = nodes("receive.json");
    expect(webhook).toMatchObject({
      type: "n8n-nodes-base.webhook",
      parameters: { httpMethod: "POST", options: { rawBody: true } },
    });
    expect(verify?.type).toBe("n8n-nodes-base.code");
    const code = (body: string): Promise<{ json: Record<string, unknown> }[]> => {
      const context = {
        ...{ require: createRequire(import.meta.url), Buffer, Date, Math, Number, JSON, Error },
        $env: { KEEPWORD_WEBHOOK_SECRET: made.body["secret"] },
        $input: { first: () => ({ json: { headers: delivered.headers } }) },
        self: { helpers: { getBinaryDataBuffer: async () => Buffer.from(body) } },
      };
      const text = `(async function () { ${blocks("n8n.md")["verify.js"]} }).call(self)`;
      return vm.runInNewContext(text, context) as Promise<{ json: Record<string, unknown> }[]>;
    };
    const [item] = await code(delivered.body);
    expect(item?.json).toMatchObject({ id: delivered.id, type: "message.received" });
    await expect(code(delivered.body.replace("Hi", "Ho"))).rejects.toThrow("not from Keepword");

    const message = { channelId: shop.channelId, to: "+393330007777", text: 'Say "yes"\nor no' };
    const sent = await request("send.json", message);
    expect(sent).toMatchObject({ status: 202, body: { status: "queued", text: message.text } });
    expect((await request("send.json", message)).body["id"]).toBe(sent.body["id"]);
    const events = await request("events.json", { after: "0" });
    expect(JSON.stringify(events.body)).toContain(String(sent.body["id"]));
  });
});
