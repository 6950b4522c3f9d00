import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createKeepword, KeepwordError, type Keepword } from "../../sdk/src/index.ts";
import { readConfig } from "./config.ts";
import type { App } from "./context.ts";
import { buildHttp } from "./http.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { route } from "./route.ts";

const root = mkdtempSync(join(tmpdir(), "kw-web-"));
const stopped = Promise.withResolvers<string>();
const entered = Promise.withResolvers<void>();
const finish = Promise.withResolvers<void>();

let calls = 0;

const routes = [
  route({
    id: "thing.call",
    method: "GET",
    path: "/v1/called",
    summary: "Call",
    permission: "public",
    isOpen: true,
    returns: z.object({ calls: z.int() }),
    run: async () => ({ calls: ++calls }),
  }),
  route({
    id: "thing.watch",
    kind: "stream",
    method: "GET",
    path: "/v1/stream/:name",
    summary: "Watch",
    permission: "public",
    params: z.object({ name: z.string() }),
    run: async function* (ctx, { params }) {
      yield { id: "1", data: "first" };
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve, { once: true }));
      stopped.resolve(params.name);
    },
  }),
  route({
    id: "thing.slow",
    method: "GET",
    path: "/v1/slow",
    summary: "Slow",
    permission: "public",
    isOpen: true,
    returns: z.object({ done: z.boolean() }),
    run: async () => {
      entered.resolve();
      await finish.promise;
      return { done: true };
    },
  }),
];

function open(
  env: Record<string, string> = {},
  log = createLog({ level: "silent" }),
  keyInClear = async (_key: string): Promise<void> => {},
): ReturnType<typeof buildHttp> {
  return buildHttp({
    app: { config: readConfig({ KEEPWORD_PUBLIC_URL: "https://inbox.example.com", ...env }), log } as App,
    keyInClear,
    routes,
    authenticate: async () => ({ kind: "anonymous" }),
    takeRate: () => 0,
    idempotency: { begin: async () => undefined, finish: async () => {} },
    metrics: createMetrics({ process: false }),
    webRoot: root,
    ready: async () => {},
  });
}

let http: ReturnType<typeof buildHttp>;
beforeAll(async () => {
  mkdirSync(join(root, "assets"));
  writeFileSync(join(root, "index.html"), "<!doctype html><title>App</title>");
  writeFileSync(join(root, "assets", "app-abc123.js"), "export {};");
  writeFileSync(join(root, ".env"), "secret");
  http = open();
  await http.ready();
});
afterAll(async () => {
  await http.close();
  rmSync(root, { recursive: true });
});

const page = (url: string) => http.inject({ url, headers: { accept: "text/html" } });

test("the web app is served with a policy that allows nothing inline or foreign, and https is made to stay for a year [MSJ-33]", async () => {
  const answer = await page("/");
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-security-policy"]).toContain("script-src 'self'");
  expect(answer.headers["content-security-policy"]).not.toContain("unsafe");
  expect(answer.headers["cache-control"]).toBe("no-cache");
  const [, seconds] = /max-age=(\d+)/.exec(String(answer.headers["strict-transport-security"])) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(365 * 86_400);
});

const clear = { "x-forwarded-proto": "http" };
test.each(["/", "/inbox/cnv_1?status=open", "/privacy", "/docs", "/c/token"])(
  "the page %s that was asked for over http is sent on to https [MSJ-33 API-19 M24-34]",
  async (url) => {
    for (const method of ["GET", "HEAD"] as const) {
      const answer = await http.inject({ method, url, headers: clear });
      expect([answer.statusCode, answer.headers.location]).toEqual([308, `https://inbox.example.com${url}`]);
    }
    expect((await http.inject({ url: "//evil.example/", headers: clear })).headers.location).toBe(
      "https://inbox.example.com//evil.example/",
    );
    const passed = await http.inject({ url, headers: { "x-forwarded-proto": "https" } });
    expect(passed.statusCode).not.toBe(308);
  },
);

test.each([
  ["GET", "/v1/called"],
  ["POST", "/v1/called"],
  ["POST", "/hooks/whatsapp_cloud/chn_1"],
  ["GET", "/hooks/meta"],
  ["POST", "/graph/v23.0/1/messages"],
  ["GET", "/metrics"],
  ["POST", "/privacy/choice"],
] as const)("%s %s over http is refused, not sent on, and nothing runs [MSJ-33 API-19 M24-34]", async (method, url) => {
  const before = calls;
  for (const headers of [clear, { "x-forwarded-proto": "http, https" }]) {
    const answer = await http.inject({ method, url, headers });
    expect([answer.statusCode, answer.json().code, answer.headers.location]).toEqual([
      403,
      "https_required",
      undefined,
    ]);
  }
  // straight from another machine, where no proxy speaks for it
  const direct = await http.inject({ method, url, remoteAddress: "203.0.113.9" });
  expect(direct.statusCode).toBe(403);
  expect(calls).toBe(before);
});

test("https passes, and so do probes and this machine itself", async () => {
  const before = calls;
  for (const options of [
    { headers: { "x-forwarded-proto": "https" }, remoteAddress: "203.0.113.9" },
    { headers: {}, remoteAddress: "127.0.0.1" },
  ])
    expect((await http.inject({ url: "/v1/called", ...options })).statusCode).toBe(200);
  expect(calls).toBe(before + 2);
  for (const url of ["/healthz", "/readyz"])
    expect((await http.inject({ url, headers: clear, remoteAddress: "203.0.113.9" })).statusCode).toBe(200);
});

test("a trusted proxy that does not say how it was reached is served and told of once; anybody else is refused, and no key is called leaked on a guess [API-19 MSJ-33]", async () => {
  const lines: string[] = [];
  const leaked: string[] = [];
  const log = createLog({ level: "warn", destination: { write: (line) => void lines.push(line) } });
  const behind = open({ KEEPWORD_TRUST_PROXY: "172.20.0.0/16" }, log, async (key) => void leaked.push(key));
  const call = (url: string, remoteAddress: string, headers = {}) =>
    behind.inject({ url, remoteAddress, headers: { authorization: "Bearer kw_live_x", ...headers } });
  for (const url of ["/", "/v1/called"]) expect((await call(url, "172.20.0.5")).statusCode).toBe(200);
  expect(lines).toEqual([expect.stringContaining("sends no X-Forwarded-Proto")]);
  expect((await call("/", "203.0.113.9")).statusCode).toBe(308);
  expect((await call("/v1/called", "203.0.113.9")).json()).toMatchObject({ code: "https_required" });
  expect([lines.length, leaked]).toEqual([1, []]);
  // its word counts
  expect((await call("/v1/called", "172.20.0.5", clear)).statusCode).toBe(403);
  expect(leaked).toEqual(["Bearer kw_live_x"]);
  await behind.close();
});

test("figures are read with their token inside one's own network without TLS, and not from outside", async () => {
  const token = "a token of sixteen letters";
  const own = open({ KEEPWORD_METRICS_TOKEN: token });
  const read = async (remoteAddress: string, given: string, headers = {}) =>
    (await own.inject({ url: "/metrics", remoteAddress, headers: { authorization: `Bearer ${given}`, ...headers } }))
      .statusCode;
  expect(await read("10.0.0.7", token)).toBe(200);
  expect(await read("::ffff:10.0.0.7", token)).toBe(200);
  expect(await read("10.0.0.7", "another")).toBe(401);
  expect(await read("203.0.113.9", token)).toBe(403);
  expect(await read("10.0.0.7", token, clear)).toBe(403);
  await own.close();
});

test("files with a hash in their name are kept for ever, and the app's own addresses lead to the app", async () => {
  expect((await page("/assets/app-abc123.js")).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  const deep = await page("/inbox/cnv_1?status=open");
  expect(deep.body).toContain("<title>App</title>");
  expect(deep.headers["content-security-policy"]).toContain("script-src 'self'");
  expect(deep.headers["cache-control"]).toBe("no-cache");
});

test("what is not the app's is a problem, never the app's page: unknown API paths, hidden files, other methods", async () => {
  for (const url of ["/v1/nothing", "/hooks/nothing", "/.env", "/assets/%2e%2e/.env", "/assets/gone.js"]) {
    const answer = await page(url);
    expect(answer.statusCode, url).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toMatch(/secret|<title>/);
  }
  expect((await page("/v1/nothing")).json()).toMatchObject({ code: "not_found" });
  expect((await http.inject({ method: "POST", url: "/inbox" })).statusCode).toBe(404);
});

test("a stream ends for the server when its client goes away", async () => {
  const running = open();
  const url = await running.listen({ host: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const response = await fetch(`${url}/v1/stream/left`, { signal: stop.signal });
  await response.body?.getReader().read();
  stop.abort();
  expect(await stopped.promise).toBe("left");
  await running.close();
});

test("draining ends streams, lets a running request finish, and refuses new ones", async () => {
  const running = open();
  const url = await running.listen({ host: "127.0.0.1", port: 0 });
  const slow = fetch(`${url}/v1/slow`);
  const stream = await fetch(`${url}/v1/stream/drained`);
  await entered.promise;
  const closed = running.close();
  expect(await stream.text()).toContain('data: "first"');
  finish.resolve();
  expect(await (await slow).json()).toEqual({ done: true });
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test("the SDK reads our problems as its own errors", async () => {
  const running = open();
  const baseUrl = await running.listen({ host: "127.0.0.1", port: 0 });
  const kw: Keepword = createKeepword({ baseUrl, maxRetries: 0 });
  const error = await kw.call("me.get").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KeepwordError);
  expect(error).toMatchObject({ code: "not_found", status: 404, traceId: expect.stringMatching(/^t[0-9a-f]{24}$/) });
  await running.close();
});
