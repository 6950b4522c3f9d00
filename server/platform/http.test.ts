import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDb } from "../test/db.ts";
import { authenticateThings, thingRoutes, type ThingState } from "../test/things.ts";
import { fakeClock } from "./clock.ts";
import { readConfig } from "./config.ts";
import type { App } from "./context.ts";
import { buildHttp } from "./http.ts";
import { createIdempotency } from "./idempotency.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

const testing = testDb();
const clock = fakeClock();
const lines: string[] = [];
const state: ThingState = { runs: 0, slow: Promise.withResolvers<void>() };
const taken = new Map<string, number>();
const settings = readConfig({ KEEPWORD_PUBLIC_URL: "http://inbox.example.com" });
let http: ReturnType<typeof buildHttp>;

beforeAll(async () => {
  const log = createLog({ level: "info", destination: { write: (line) => void lines.push(line) } });
  http = buildHttp({
    app: { config: settings, log, clock, db: testing.db } as unknown as App,
    routes: thingRoutes(state),
    authenticate: authenticateThings,
    takeRate: (name, rate) => {
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      return count > rate.burst ? 1500 : 0;
    },
    idempotency: createIdempotency({
      clock,
      hash: (workspace, text) => createHmac("sha256", workspace).update(text).digest(),
    }),
    metrics: createMetrics({ process: false }),
  });
  await http.ready();
});
afterAll(() => http.close());

const writer = { authorization: "Bearer writer" };
const post = (payload: unknown, headers: Record<string, string> = writer, url = "/v1/things") =>
  http.inject({
    method: "POST",
    url,
    payload: JSON.stringify(payload),
    headers: { "content-type": "application/json", ...headers },
  });
const get = (url: string, headers: Record<string, string> = {}) => http.inject({ method: "GET", url, headers });

test("a route answers its declared status and only its declared fields", async () => {
  const answer = await post({ size: 3 });
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ id: expect.stringMatching(/^thg_/), size: 3 });
  expect(answer.headers["set-cookie"]).toBe("session=s3; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
});

test("a problem is RFC 9457 with its code, detail, what can be done and trace id", async () => {
  const answer = await post({ size: 9 }, { ...writer, "x-request-id": "trace-12345" });
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  expect(answer.json()).toEqual({
    type: "/docs/errors#thing.full",
    title: "No more things fit.",
    status: 409,
    code: "thing.full",
    detail: "Nine is too many.",
    fix: "Remove one.",
    traceId: "trace-12345",
  });
  expect(answer.headers["set-cookie"]).toBeUndefined();
});

test("a bug answers 500 with a trace id; the stack is in the log and the message's quotes nowhere", async () => {
  const answer = await post({ size: 8 });
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ code: "internal" });
  const logged = lines.find((line) => line.includes(answer.json().traceId) && line.includes("stack"));
  expect(logged).toContain("things.ts");
  expect(answer.body + lines.join("")).not.toContain("inside");
});

test("a result that breaks its declaration is our bug, not an answer", async () => {
  expect((await get("/v1/break")).json()).toMatchObject({ code: "internal", status: 500 });
});

test("bad input names the fields and never repeats their values", async () => {
  const answer = await post({ size: "canary" });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: "validation_failed", issues: [{ path: "body.size" }] });
  expect(answer.body).not.toContain("canary");
  const broken = await http.inject({
    method: "POST",
    url: "/v1/things",
    payload: "{",
    headers: { ...writer, "content-type": "application/json" },
  });
  expect(broken.json()).toMatchObject({ status: 400, code: "validation_failed" });
});

test("only JSON is read: another content type is 415, a body beyond the limit 413", async () => {
  const form = await http.inject({
    method: "POST",
    url: "/v1/things",
    payload: "size=1",
    headers: { ...writer, "content-type": "application/x-www-form-urlencoded" },
  });
  expect(form.json()).toMatchObject({ status: 415, code: "unsupported_media_type" });
  const large = await post({ size: "x".repeat(1024 * 1024) });
  expect(large.json()).toMatchObject({ status: 413, code: "payload_too_large" });
});

test("no credentials and wrong credentials are 401, a missing scope or role is 403 before the input is looked at", async () => {
  expect((await get("/v1/things/thg_1")).statusCode).toBe(401);
  expect((await get("/v1/things/thg_1", { authorization: "Bearer nonsense" })).statusCode).toBe(401);
  const refused = await post({ size: "wrong" }, { authorization: "Bearer reader" });
  expect(refused.json()).toMatchObject({ status: 403, code: "forbidden", permission: "contact:write" });
  expect((await get("/v1/me", writer)).statusCode).toBe(403);
});

test("a signed-in person without a selected workspace is asked to select one", async () => {
  expect((await get("/v1/me", { cookie: "session=person" })).statusCode).toBe(200);
  expect((await get("/v1/things/thg_1", { cookie: "session=person" })).json()).toMatchObject({
    code: "workspace_required",
  });
});

test("another workspace's row is not found", async () => {
  expect((await get("/v1/things/thg_foreign", writer)).json()).toMatchObject({ status: 404, code: "not_found" });
  expect((await get("/v1/nothing", writer)).json()).toMatchObject({ status: 404, code: "not_found" });
});

test("a session may write only from our own pages", async () => {
  const agent = { cookie: "session=agent", host: "inbox.example.com" };
  expect((await post({ size: 1 }, agent)).json()).toMatchObject({ status: 403, code: "cross_site_request" });
  expect((await post({ size: 1 }, { ...agent, origin: "https://evil.example" })).statusCode).toBe(403);
  expect((await post({ size: 1 }, { ...agent, "sec-fetch-site": "same-site" })).statusCode).toBe(403);
  expect((await post({ size: 1 }, { ...agent, "sec-fetch-site": "same-origin" })).statusCode).toBe(201);
  expect((await post({ size: 1 }, { ...agent, origin: "http://inbox.example.com" })).statusCode).toBe(201);
  // signing somebody in from a foreign page is refused too, though there is no session yet
  expect((await post({ password: "x" }, { origin: "https://evil.example" }, "/v1/sign-in")).statusCode).toBe(403);
});

test("too many requests of one caller are 429 with Retry-After, and others are not held up", async () => {
  const slow = { authorization: "Bearer slow" };
  expect((await get("/v1/things/thg_1", slow)).statusCode).toBe(200);
  const limited = await get("/v1/things/thg_1", slow);
  expect(limited.json()).toMatchObject({ status: 429, code: "too_many_requests", retryAfterMs: 1500 });
  expect(limited.headers["retry-after"]).toBe("2");
  expect((await get("/v1/things/thg_1", writer)).statusCode).toBe(200);
});

test("a repeated POST with its Idempotency-Key runs once and answers the same", async () => {
  const headers = { ...writer, "idempotency-key": "k-1" };
  const before = state.runs;
  const [first, second] = await Promise.all([post({ size: 4 }, headers), post({ size: 4 }, headers)]);
  expect(state.runs).toBe(before + 1);
  expect(first.json().id).toBe(second.json().id);
  expect([first.headers["idempotency-replayed"], second.headers["idempotency-replayed"]]).toContain("true");
  expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
});

test("the same Idempotency-Key with another request is refused, after a failure it is free, and after a day too", async () => {
  const headers = { ...writer, "idempotency-key": "k-2" };
  expect((await post({ size: 9 }, headers)).statusCode).toBe(409);
  expect((await post({ size: 5 }, headers)).statusCode).toBe(201);
  expect((await post({ size: 6 }, headers)).json()).toMatchObject({ code: "idempotency_conflict" });
  clock.advance(24 * 60 * 60 * 1000 + 1);
  expect((await post({ size: 6 }, headers)).statusCode).toBe(201);
});

test("up to the last moment of 24 h it is a repeat, then a new request", async () => {
  const headers = { ...writer, "idempotency-key": "k-day" };
  const first = await post({ size: 3 }, headers);
  clock.advance(24 * 60 * 60 * 1000);
  expect((await post({ size: 3 }, headers)).json().id).toBe(first.json().id);
  clock.advance(1);
  const next = await post({ size: 3 }, headers);
  expect(next.headers["idempotency-replayed"]).toBeUndefined();
  expect(next.json().id).not.toBe(first.json().id);
  // and the new one is the one that is repeated
  expect((await post({ size: 3 }, headers)).json().id).toBe(next.json().id);
});

test("a repeat while the first is still running is told to come back, and gets its answer then", async () => {
  const headers = { ...writer, "idempotency-key": "k-slow" };
  const before = state.runs;
  const first = post({ size: 10 }, headers);
  await expect.poll(() => state.runs).toBe(before + 1);
  const early = await post({ size: 10 }, headers);
  expect([early.statusCode, early.json().code]).toEqual([409, "idempotency_in_progress"]);
  expect(early.headers["retry-after"]).toBe("1");
  state.slow.resolve();
  expect((await first).statusCode).toBe(201);
  const later = await post({ size: 10 }, headers);
  expect([later.json().id, later.headers["idempotency-replayed"]]).toEqual([(await first).json().id, "true"]);
  expect(state.runs).toBe(before + 1);
});

test("a key of nobody's shape is refused, and the keys of two callers are two keys", async () => {
  for (const key of ["", "k".repeat(201), "with space"])
    expect((await post({ size: 1 }, { ...writer, "idempotency-key": key })).json()).toMatchObject({
      ...{ code: "validation_failed", issues: [{ path: "headers.idempotency-key" }] },
    });
  const mine = await post({ size: 1 }, { ...writer, "idempotency-key": "k-shared" });
  const theirs = await post({ size: 2 }, { authorization: "Bearer other", "idempotency-key": "k-shared" });
  expect([mine.statusCode, theirs.statusCode]).toEqual([201, 201]);
  expect(theirs.json().id).not.toBe(mine.json().id);
});

test("an idempotency record holds hashes and an id, nothing of the request", async () => {
  await post({ size: 7 }, { ...writer, "idempotency-key": "k-canary" });
  const { rows } = await testing.admin.query("select to_jsonb(r)::text as text from idempotency_record r");
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain("canary");
});

test("a stream sends events with ids, resumes after the last one, and says why it broke", async () => {
  const answer = await get("/v1/stream", { ...writer, "last-event-id": "41" });
  expect(answer.headers["content-type"]).toContain("text/event-stream");
  expect(answer.body).toContain('id: 1\nevent: thing.made\ndata: {"after":"41"}\n\n');
  expect(answer.body).toMatch(/event: error\ndata: .*"code":"not_found"/);
});

test("what people sent is never rendered: HTML is an attachment in a sandbox", async () => {
  const html = await get(`/v1/file/${encodeURIComponent("text/html")}`);
  expect(html.headers).toMatchObject({ "content-disposition": "attachment", "x-content-type-options": "nosniff" });
  expect(html.headers["content-security-policy"]).toMatch(/^sandbox; default-src 'none'/);
  expect((await get(`/v1/file/${encodeURIComponent("image/png")}`)).headers["content-disposition"]).toBe("inline");
});

test("an upload gives its parts in order and stops a file at its limit", async () => {
  const send = (text: string) => {
    const form = new FormData();
    form.set("note", "n");
    form.set("file", new Blob([text]), "a.txt");
    return http.inject({ method: "POST", url: "/v1/files", payload: form, headers: writer });
  };
  expect((await send("hello")).json()).toEqual({ parts: ["note=n", "file:a.txt:hello"] });
  expect((await send("hello world")).json()).toMatchObject({ code: "payload_too_large", maxBytes: 10 });
  expect((await post({}, writer, "/v1/files")).statusCode).toBe(415);
});

test("every answer forbids framing, sniffing, scripts, caching and referrers, and the log holds no address, query or body [GEN-40]", async () => {
  const answer = await get("/v1/things/thg_1?deep=true", writer);
  expect(answer.headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  });
  expect(answer.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  const logged = JSON.parse(lines.at(-1) ?? "{}");
  expect(logged).toMatchObject({ route: "thing.get", status: 200, workspaceId: "wsp_1" });
  expect(lines.join("")).not.toMatch(/deep=|127\.0\.0\.1|Bearer|thg_1\b/);
});

test("health, readiness and metrics answer; metrics refuse a proxied stranger", async () => {
  expect((await get("/healthz")).statusCode).toBe(200);
  expect((await get("/readyz")).statusCode).toBe(200);
  expect((await get("/metrics")).body).toContain('keepword_http_seconds_count{route="thing.get",status="200"}');
  expect((await get("/metrics", { "x-forwarded-for": "8.8.8.8" })).statusCode).toBe(401);
});

test("the API reference and the list of problems are served by ourselves", async () => {
  const page = await get("/docs");
  expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
  expect(page.body).not.toMatch(/https?:/);
  expect((await get("/docs/openapi.json")).json().paths["/v1/things"].post.operationId).toBe("thing.create");
  const problems = await get("/docs/errors");
  expect(problems.body).toContain('id="thing.full"');
  expect(problems.body).toContain("<code>Authorization: Bearer kw_live_…</code>");
  expect((await get("/docs/style.css")).headers["content-type"]).toContain("text/css");
  const script = await get("/docs/reference.js");
  expect(script.headers["content-type"]).toContain("text/javascript");
  expect(script.body.length).toBeGreaterThan(1_000_000);
});
