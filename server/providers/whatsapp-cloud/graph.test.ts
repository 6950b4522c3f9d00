import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { startWhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, describe, expect, test } from "vitest";

import { createSafeFetch } from "../../platform/safe-fetch.ts";
import type { ProviderError } from "../provider-error.ts";
import { fetchMedia } from "./fetch-media.ts";
import type { CloudLink } from "./settings.ts";
import { whatsappCloud } from "./whatsapp-cloud.ts";

const never = new AbortController().signal;
const cleanups: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(cleanups.map((cleanup) => cleanup())));

function linkTo(apiBaseUrl: string, settings: object = {}, secrets: object = {}): CloudLink {
  const http = createSafeFetch({ privateOrigins: [apiBaseUrl] });
  cleanups.push(() => http.close());
  return {
    channelId: "chn_test",
    settings: { phoneNumberId: "551100220033", wabaId: "880011002200", apiBaseUrl, ...settings },
    secrets: { accessToken: "EAA-synthetic", appSecret: "app-secret", verifyToken: "v", ...secrets },
    http,
    agentFor: http.agentFor,
    clock: { now: () => new Date() },
  };
}

async function linkToServer(listener: RequestListener): Promise<CloudLink> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return linkTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const sendText = (link: CloudLink) =>
  whatsappCloud.send(
    link,
    { to: { kind: "phone", value: "+2348030000117" }, content: { kind: "text", text: "x" } },
    never,
  );
const faultOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: ProviderError) => error.fault,
  );

describe("answers that are not Graph's", () => {
  test.each([
    ["429 with Retry-After", 429, { "retry-after": "7" }, "", { kind: "retry_later", afterMs: 7000 }],
    ["401", 401, {}, "no", { kind: "auth_lost" }],
    ["404", 404, {}, "<html>", { kind: "rejected", sentence: "not_found" }],
    ["a gateway's 504", 504, {}, "<html>", { kind: "unknown", isOutcomeUnknown: true }],
    ["200 without JSON", 200, {}, "ok", { kind: "unknown", isOutcomeUnknown: true }],
    ["200 without a message id", 200, {}, '{"messages":[]}', { kind: "unknown", isOutcomeUnknown: true }],
    ["a redirect", 302, { location: "https://example.org" }, "", { kind: "rejected" }],
    [
      "an error with Retry-After",
      400,
      { "retry-after": "90" },
      '{"error":{"code":130429,"message":"(#130429) Rate limit hit"}}',
      { kind: "retry_later", code: "130429", afterMs: 90_000 },
    ],
  ])("%s", async (_name, status, headers, body, expected) => {
    const link = await linkToServer((_request, response) => response.writeHead(status, headers).end(body));
    expect(await faultOf(sendText(link))).toMatchObject(expected);
  });

  test("a refused connection was surely not sent", async () => {
    expect(await faultOf(sendText(linkTo("http://127.0.0.1:9")))).toMatchObject({
      kind: "retry_later",
      sentence: "network",
    });
  });

  test("a base address that the operator did not allow is not reached", async () => {
    const link = linkTo("http://127.0.0.1:9");
    const elsewhere = { ...link, settings: { ...link.settings, apiBaseUrl: "http://127.0.0.1:1" } };
    expect(await faultOf(sendText(elsewhere))).toMatchObject({ kind: "rejected", sentence: "host_blocked" });
  });
});

test("requests carry the token in a header, the proof of the app secret, and the version unless the base names one", async () => {
  const seen: string[] = [];
  const link = await linkToServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.end('{"messages":[{"id":"wamid.1"}],"contacts":[{"input":"+55","wa_id":"55119"}]}');
  });
  expect(await sendText(link)).toEqual({
    providerMessageId: "wamid.1",
    recipientAddress: { kind: "phone", value: "+55119" },
  });
  await sendText({ ...link, settings: { ...link.settings, apiBaseUrl: `${link.settings.apiBaseUrl}/v25.0/` } });
  expect(seen).toEqual([
    expect.stringMatching(/^POST \/v26\.0\/551100220033\/messages\?appsecret_proof=[0-9a-f]{64} Bearer EAA-synthetic$/),
    expect.stringMatching(/^POST \/v25\.0\/551100220033\/messages\?appsecret_proof=/),
  ]);
});

test("history and contacts of a coexistence number are asked for by name", async () => {
  const seen: unknown[] = [];
  const link = await linkToServer((request, response) => {
    request.on("data", (chunk: Buffer) => seen.push([request.url?.split("?")[0], JSON.parse(chunk.toString())]));
    response.end('{"messaging_product":"whatsapp","request_id":"r1"}');
  });
  await whatsappCloud.history?.request(link, "contacts", never);
  await whatsappCloud.history?.request(link, "messages", never);
  const path = "/v26.0/551100220033/smb_app_data";
  expect(seen).toEqual([
    [path, { messaging_product: "whatsapp", sync_type: "smb_app_state_sync" }],
    [path, { messaging_product: "whatsapp", sync_type: "history" }],
  ]);
});

test("the token never travels to a media host that is not the vendor's", async () => {
  const urls = ["https://evil.example/steal", "http://lookaside.fbsbx.com/x", "https://notfbcdn.net/x", "not a url"];
  for (const url of urls) {
    const link = await linkToServer((_request, response) =>
      response.end(JSON.stringify({ url, mime_type: "image/png" })),
    );
    const fault = await faultOf(fetchMedia(link, { id: "1", mimeType: "image/png" }, never));
    expect(fault).toMatchObject({ kind: "rejected", code: "media_host" });
  }
});

test("ids that would change the path are refused before any call", async () => {
  const link = linkTo("http://127.0.0.1:9");
  for (const id of ["../me", "a/b", "..", "a?b", ""]) {
    expect(await faultOf(fetchMedia(link, { id, mimeType: "image/png" }, never))).toMatchObject({ code: "bad_id" });
  }
});

async function* readable(failure?: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from("abc");
  if (failure !== undefined) throw failure;
}

describe("on the simulated network", () => {
  const started = (async () => {
    const sim = await startWhatsAppCloudSim({});
    cleanups.push(async () => sim[Symbol.asyncDispose]());
    const { phoneNumberId, wabaId, accessToken, appSecret, verifyToken } = sim;
    return { sim, link: linkTo(sim.url, { phoneNumberId, wabaId }, { accessToken, appSecret, verifyToken }) };
  })();

  test("a file that cannot be read, or that Meta does not take, ends the send with its own sentence", async () => {
    const { sim, link } = await started;
    const media = { mimeType: "image/jpeg", byteLength: 3 };
    const opens = [
      ["media_unreadable", "image/jpeg", () => Promise.reject(new Error("gone"))],
      ["media_unreadable", "image/jpeg", async () => readable(new Error("gone half way"))],
      ["media_refused", "image/gif", async () => readable()],
    ] as const;
    for (const [sentence, mimeType, open] of opens) {
      const content = { kind: "image", media: { ...media, mimeType, open } } as const;
      const run = whatsappCloud.send(link, { to: { kind: "phone", value: "+254700000101" }, content }, never);
      expect(await faultOf(run)).toMatchObject({ kind: "rejected", sentence });
    }
    expect(sim.messages()).toEqual([]);
  });

  test("a wrong app secret is found on connect", async () => {
    const { link } = await started;
    const wrong = { ...link, secrets: { ...link.secrets, appSecret: "of-another-app" } };
    expect(await faultOf(whatsappCloud.connect(wrong, never))).toMatchObject({
      kind: "auth_lost",
      code: "app_secret_wrong",
      sentence: "app_secret_wrong",
    });
  });

  test("ids that do not exist, or not in this account, are found on connect", async () => {
    const { link } = await started;
    for (const wrong of [{ phoneNumberId: "1" }, { wabaId: "2" }]) {
      const fault = await faultOf(whatsappCloud.connect({ ...link, settings: { ...link.settings, ...wrong } }, never));
      expect(fault).toMatchObject({ kind: "rejected", code: "number_not_in_account" });
    }
  });

  test("connect tells number, name, quality, limits and speed [MSJ-04]", async () => {
    const { link } = await started;
    expect(await whatsappCloud.connect(link, never)).toEqual({
      state: "connected",
      phone: "+15550100199",
      displayName: "Kettle & Co",
      health: {
        quality: "green",
        status: "connected",
        canSend: "available",
        dailyLimit: 10_000,
        messagesPerSecond: 80,
        isSubscribed: true,
        isCoexistence: false,
        nameStatus: "approved",
        faults: [],
      },
    });
  });

  test("templates are listed over all pages, created, refused when they exist, and deleted", async () => {
    const { link } = await started;
    const { templates } = whatsappCloud;
    if (templates === undefined) throw new Error("no template api");
    const names = async () => {
      const found: string[] = [];
      for await (const template of templates.list(link, never))
        found.push(`${template.name} ${template.language} ${template.status}`);
      return found;
    };
    expect(await names()).toContain("order_update de approved");
    const draft = {
      name: "pick_up_ready",
      language: "en_US",
      category: "utility",
      parameterFormat: "positional" as const,
      components: [{ type: "BODY", text: "Your kettle is ready." }],
    };
    const created = await templates.create(link, draft, never);
    expect(created).toMatchObject({ status: "pending", category: "utility" });
    expect(await faultOf(templates.create(link, draft, never))).toMatchObject({
      kind: "rejected",
      sentence: "template_exists",
    });
    await templates.remove(link, { name: draft.name, providerTemplateId: created.providerTemplateId }, never);
    expect((await names()).filter((name) => name.startsWith(draft.name))).toEqual([]);
  });
});
