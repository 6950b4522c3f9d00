// Every operation of the running server, over HTTP, from its own OpenAPI document, with hostile values in path, query, headers and body.
import fc from "fast-check";
import { Client } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../../app.ts";
import { createTestApp } from "../app.ts";
import type { GivenWorkspace } from "../given.ts";
import { hostileHeaders, hostileText, payloads, probe, valuesOf, type Json } from "../hostile.ts";
import { givenChannel, post, says } from "../hooks.ts";

const testing = createTestApp();
/** The same inputs each time. */
const seed = 20_261_129;
const runsEach = 40;
const slowestMs = 5_000;

interface Operation {
  method: string;
  path: string;
  query: Record<string, unknown>;
  body: unknown;
  /** fails in the words of the API that it imitates */
  isForeign: boolean;
  isPublic: boolean;
}
interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

let client: Client;
let workspace: GivenWorkspace;
let document: Json;
let operations: Operation[] = [];
let ids: string[] = [];

beforeAll(async () => {
  client = new Client(testing.url, { pipelining: 1 });
  document = (await testing.anyone.get<Json>("/docs/openapi.json")).body;
  operations = [...documented(), ...undocumented()].toSorted((a, b) => rank(a) - rank(b));
  await settle();
});
afterAll(() => client.close());

/** What ends things comes last. */
const rank = ({ method, path }: Operation): number =>
  method === "DELETE" || /clos|sign-out|logins/.test(path) ? 1 : 0;

function documented(): Operation[] {
  const paths = document["paths"] as Record<string, Record<string, Json>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = (operation["parameters"] ?? []) as { name: string; in: string; schema: unknown }[];
      const content = (operation["requestBody"] as { content?: Record<string, { schema: unknown }> } | undefined)
        ?.content;
      return {
        ...{ method: method.toUpperCase(), path, body: content?.["application/json"]?.schema },
        query: Object.fromEntries(parameters.filter((one) => one.in === "query").map((one) => [one.name, one.schema])),
        isForeign: path.startsWith("/graph/"),
        isPublic: Array.isArray(operation["security"]) && operation["security"].length === 0,
      };
    }),
  );
}

/** The web app's own routes, which no document names, and pages. */
function undocumented(): Operation[] {
  const anything = { type: "object", additionalProperties: {} };
  const own = routes.filter(({ isInternal }) => isInternal).map(({ method, path }) => ({ method, path }));
  const pages = ["/", "/{any}", "/assets/{any}", "/c/{any}", "/c/{any}/copies/{id}", "/docs/{any}", "/privacy"].concat([
    "/privacy/{any}",
    "/privacy/versions/{any}",
    "/privacy/cookies",
    "/hooks/meta",
    "/metrics",
    "/meta/{any}",
  ]);
  const forms = [
    "/c/{any}/{any}",
    "/privacy/choice",
    "/hooks/meta",
    "/hooks/whatsapp_cloud/{id}",
    "/meta/data-deletion",
  ];
  return [
    ...own,
    ...pages.map((path) => ({ method: "GET", path })),
    ...forms.map((path) => ({ method: "POST", path })),
  ].map(({ method, path }) => ({
    ...{ method, path: path.replaceAll(/:(\w+)/g, "{$1}"), isForeign: path.startsWith("/graph/"), isPublic: false },
    query: { after: {}, language: {}, "hub.challenge": {}, next: {} },
    body: method === "GET" ? undefined : anything,
  }));
}

/** A workspace with something in it, whose ids the requests may name. */
async function settle(): Promise<void> {
  workspace = await testing.given.workspace();
  const channel = await givenChannel(testing, workspace);
  await post(
    testing,
    channel,
    says(channel, { phone: "4915112345678", name: "Anna" }, `wamid.${workspace.id}`, testing.clock.now(), "hello"),
  );
  const found = new Set([channel.id, workspace.id, workspace.owner.memberId, workspace.owner.personId]);
  for (const { method, path } of operations) {
    if (method !== "GET" || path.includes("{") || !path.startsWith("/v1/") || path === "/v1/stream") continue;
    const { body } = await workspace.owner.api.get(`${path}?workspaceId=${workspace.id}`);
    for (const [id] of JSON.stringify(body).matchAll(/\b[a-z]{3}_[a-z0-9]{26}\b/g)) found.add(id);
  }
  ids = [...found];
}

const credentials = ["key", "browser", "nobody"] as const;

function requestsOf(operation: Operation): fc.Arbitrary<Sent> {
  const id = fc.constantFrom(...ids);
  const parts = operation.path.split(/\{\w+\}/);
  const inPath = fc.array(
    fc.oneof(
      id,
      hostileText.map((text) => text.slice(0, 300)),
    ),
    {
      minLength: parts.length - 1,
      maxLength: parts.length - 1,
    },
  );
  const query = fc.record(
    Object.fromEntries(Object.entries(operation.query).map(([name, schema]) => [name, valuesOf(schema, document, id)])),
    { requiredKeys: [] },
  );
  const stray = fc.dictionary(fc.constantFrom("__proto__", "workspaceId", "a[b]", "limit"), hostileText, {
    maxKeys: 1,
  });
  return fc
    .record({
      inPath,
      query,
      stray,
      headers: hostileHeaders,
      who: fc.constantFrom(...credentials),
      body: operation.body === undefined ? fc.constant(undefined) : valuesOf(operation.body, document, id),
      isBroken: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
    })
    .map((drawn) => {
      const path = parts.reduce((all, part, at) => all + encode(drawn.inPath[at - 1] ?? "") + part);
      const search = Object.entries({ ...drawn.query, ...drawn.stray })
        .map(([name, value]) => `${encode(name)}=${encode(typeof value === "string" ? value : JSON.stringify(value))}`)
        .join("&");
      const text = drawn.body === undefined ? undefined : JSON.stringify(drawn.body);
      return {
        method: operation.method,
        path: (search === "" ? path : `${path}?${search}`).slice(0, 12_000),
        headers: { "content-type": "application/json", ...drawn.headers, ...who(drawn.who) },
        ...(text === undefined ? {} : { body: drawn.isBroken ? text.slice(0, -1) : text }),
      };
    });
}

function who(kind: (typeof credentials)[number]): Record<string, string> {
  if (kind === "key") return { authorization: `Bearer ${workspace.apiKey}` };
  return kind === "browser" ? { cookie: `kw=${workspace.owner.cookie}`, origin: testing.url } : {};
}

const encode = (text: string | undefined): string => encodeURIComponent((text ?? "").toWellFormed());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  ms: number;
}

async function send({ method, path, headers, body }: Sent): Promise<Answer> {
  testing.clock.advance(30_000); // no limit by the minute or address hides what lies behind it
  const started = performance.now();
  const answer = await client.request({
    ...{ method: method as "GET", path, body: body ?? null },
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "")]),
    ),
  });
  const isStream = String(answer.headers["content-type"]).startsWith("text/event-stream");
  if (isStream) answer.body.destroy();
  const text = isStream ? "" : await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, ms: performance.now() - started };
}

const insides =
  /node_modules|\bat .{1,80}\.[tj]s:\d|syntax error at or near|violates [a-z-]+ constraint|invalid input syntax|\bpg_[a-z]+|SQLSTATE|\bECONN[A-Z]+|\bZodError|\bzod\b/i;

/** What must hold of every answer to anything, as sentences of what does not. */
function faultsOf({ status, headers, text, ms }: Answer, { isForeign }: Pick<Operation, "isForeign">): string[] {
  const type = String(headers["content-type"] ?? "");
  const isHtml = type.startsWith("text/html");
  const cookies = [headers["set-cookie"] ?? []].flat();
  const policy = String(headers["content-security-policy"] ?? "");
  const location = headers["location"] === undefined ? undefined : new URL(String(headers["location"]), testing.url);
  const checks: [boolean, string][] = [
    [status < 500, `answers ${status}`],
    [ms < slowestMs, `takes ${Math.round(ms)} ms`],
    [headers["x-content-type-options"] === "nosniff", "may be sniffed"],
    [headers["x-frame-options"] === "DENY" && policy.includes("frame-ancestors 'none'"), "may be framed"],
    [/default-src 'none'/.test(policy) && !/script-src[^;]*'unsafe/.test(policy), "may run what somebody wrote"],
    [["no-referrer", "same-origin"].includes(String(headers["referrer-policy"])), "says where from"],
    [headers["access-control-allow-origin"] === undefined, "is open to other sites"],
    [
      headers["x-injected"] === undefined && headers["server"] === undefined && headers["x-powered-by"] === undefined,
      "has a header too many",
    ],
    [status < 400 || isHtml || isForeign || type.startsWith("application/problem+json"), `fails as ${type}`],
    [status < 400 || !type.startsWith("application/problem+json") || hasCode(text), "fails without a code"],
    [!insides.test(status >= 400 ? text : ""), "shows its insides"],
    [!isHtml || !text.includes(probe), "puts markup of others into a page"],
    [cookies.every((one) => /HttpOnly/i.test(one) && /SameSite=(Lax|Strict)/i.test(one)), "sets an open cookie"],
    [location === undefined || location.origin === testing.url, "leads elsewhere"],
    [({} as Json)["polluted"] === undefined, "changed every object"],
  ];
  return checks.filter(([isGood]) => !isGood).map(([, fault]) => fault);
}

const shortOf = (sent: unknown): string =>
  JSON.stringify(sent)
    .replaceAll(/(.{1,8})\1{9,}/g, "$1…")
    .slice(0, 400);

function hasCode(text: string): boolean {
  const { code, status } = JSON.parse(text) as { code?: unknown; status?: unknown };
  return typeof code === "string" && typeof status === "number";
}

test("no hostile value in path, query, header or body of any operation is answered by a fault, an inside, foreign markup or an open door [MSJ-36]", async () => {
  expect(operations.length).toBeGreaterThan(150);
  const found: string[] = [];
  let accepted = 0;
  for (const operation of operations) {
    const check = fc.asyncProperty(requestsOf(operation), async (sent) => {
      const answer = await send(sent);
      if (answer.status < 300) accepted++;
      const faults = faultsOf(answer, operation);
      if (faults.length > 0) throw new Error(`${faults.join(", ")}: ${answer.text.slice(0, 200)}`);
    });
    const result = await fc.check(check, {
      seed,
      numRuns: runsEach,
      endOnFailure: false,
      interruptAfterTimeLimit: 4_000,
    });
    if (result.failed && result.counterexample !== null)
      found.push(
        `${operation.method} ${operation.path}: ${(result.errorInstance as Error).message}\n    ${shortOf(result.counterexample[0])}`,
      );
    // what was signed out, closed or taken away by a request that was right
    if (
      (await workspace.owner.api.get(`/v1/workspaces/${workspace.id}`)).status === 401 ||
      (await workspace.api.get("/v1/channels")).status !== 200
    )
      await settle();
  }
  expect(found.join("\n")).toBe("");
  // else the requests would stop at the first door
  expect(accepted).toBeGreaterThan(300);
});

describe("the running server", () => {
  test("takes no method that a path does not declare, and no TRACE [MSJ-36]", async () => {
    const declared = new Map<string, Set<string>>();
    for (const { method, path } of operations)
      declared.set(path, (declared.get(path) ?? new Set<string>()).add(method));
    const found: string[] = [];
    for (const [path, methods] of declared) {
      if (!path.startsWith("/v1/")) continue;
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]) {
        const isSame = [...declared].some(([other, theirs]) => theirs.has(method) && fitsPath(other, path));
        if (methods.has(method) || isSame) continue;
        const at = path.replaceAll(/\{\w+\}/g, "x");
        const answer = await send({ method, path: at, headers: who("key") });
        const isRefused = [400, 404, 405, 501].includes(answer.status);
        if (!isRefused) found.push(`${method} ${at}: ${answer.status}`);
      }
    }
    expect(found).toEqual([]);
  });

  test("opens nothing to another site: no preflight is granted, no request with its origin and a session runs [MSJ-36]", async () => {
    const origin = "https://evil.example";
    for (const { method, path } of operations) {
      const at = path.replaceAll(/\{\w+\}/g, ids[0] ?? "x");
      const asked = {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization",
      };
      const preflight = await send({ method: "OPTIONS", path: at, headers: asked });
      expect([at, preflight.headers["access-control-allow-origin"], preflight.status >= 400]).toEqual([
        at,
        undefined,
        true,
      ]);
      if (method === "GET" || !path.startsWith("/v1/")) continue;
      const headers = { ...who("browser"), origin, "sec-fetch-site": "cross-site", "content-type": "application/json" };
      const { status } = await send({ method, path: at, headers, body: "{}" });
      expect([method, at, status]).toEqual([method, at, 403]);
    }
  });

  test("survives bodies that are deep, huge, cut off or of another kind, and files with hostile names [MSJ-36]", async () => {
    const bodies: [string, string][] = [
      ["application/json", "[".repeat(200_000)],
      ["application/json", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
      ["application/json", `{"text":"${"x".repeat(3_000_000)}"}`],
      ["application/json", '{"__proto__":{"polluted":1}}'],
      ["application/json", '{"a":1'],
      ["application/json", "\uFEFF{}"],
      ["application/json", "\u0000"],
      ["text/xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
      ["application/x-www-form-urlencoded", "a=1&a=2&__proto__[polluted]=1"],
      ["multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=file; filename=../../x\r\n\r\n"],
      ["multipart/form-data", "nothing"],
    ];
    for (const [type, body] of bodies)
      for (const path of ["/v1/messages", "/v1/sign-in", "/v1/media", "/hooks/meta", "/v1/contacts"]) {
        const headers = { ...who("key"), "content-type": type };
        const answer = await send({ method: "POST", path, headers, body }).catch(() => "cut off" as const);
        // a body that is too big may be cut off with its connection
        if (answer === "cut off") continue;
        expect([path, type, body.slice(0, 20), faultsOf(answer, { isForeign: false })]).toEqual([
          path,
          type,
          body.slice(0, 20),
          [],
        ]);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
    for (const name of payloads.slice(0, 40)) {
      const form = new FormData();
      form.set("file", new File(["hello"], name.slice(0, 300), { type: "text/plain" }));
      const answer = await fetch(`${testing.url}/v1/media`, { method: "POST", body: form, headers: who("key") });
      expect([name, answer.status < 500, answer.headers.get("x-injected")]).toEqual([name, true, null]);
    }
    expect((await testing.anyone.get("/healthz")).status).toBe(200);
  });
});

/** Whether the other path, with its parameters, also takes what this one is. */
function fitsPath(other: string, path: string): boolean {
  const [theirs, mine] = [other.split("/"), path.split("/")];
  return theirs.length === mine.length && theirs.every((part, at) => part === mine[at] || part.startsWith("{"));
}
