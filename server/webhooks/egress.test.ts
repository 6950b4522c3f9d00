// Where webhooks may not go: without the operator's permission nowhere private, and with it never to link-local or metadata addresses.
import { afterAll, describe, expect, test } from "vitest";
import { createSafeFetch } from "../platform/safe-fetch.ts";
import { createTestApp } from "../test/app.ts";
import { startReceiver } from "../test/receiver.ts";
import { givenFollowed } from "../test/webhooks.ts";
import { attempt } from "./attempt.ts";
import type { OpenEndpoint } from "./endpoint-secrets.ts";

const t = createTestApp();
const open = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
const refused = { code: "webhook_endpoint.url_refused", detail: expect.any(String) };
const create = async (test: typeof t, url: string) => {
  const { api } = await givenFollowed(test);
  return api.post("/v1/webhook-endpoints", { url, eventTypes: ["*"] });
};

describe("addresses that are refused when an endpoint is made", () => {
  test.each([
    "http://example.com/hook",
    "https://example.com:22/",
    "https://user:password@example.com/",
    "ftp://example.com/",
    "not a url",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.1.2.3/",
    "https://0x7f.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/",
  ])("%s", async (url) => {
    const { status, body } = await create(t, url);
    expect([status, body]).toMatchObject([422, refused]);
    expect(JSON.stringify(body)).not.toContain("password");
  });

  test("with the operator's permission the house is open, metadata and link-local are not", async () => {
    expect((await create(open, "http://n8n:5678/webhook")).status).toBe(201);
    for (const url of ["http://169.254.169.254/", "http://[fe80::1]/", "http://100.100.100.200/"])
      expect((await create(open, url)).body).toMatchObject(refused);
  });
});

const endpoint = (url: string): OpenEndpoint => ({ url, headers: {}, signers: [] });
const message = { id: "evt_1", body: "{}", style: "standard" } as const;
const v4 = (address: string) => ({ address, family: 4 });

function fetchWith(answers: readonly string[][]) {
  let asked = 0;
  const hosts: string[] = [];
  const fetch = createSafeFetch({
    resolve: async () => (answers[Math.min(asked++, answers.length - 1)] ?? []).map(v4),
    onConnect: (host) => hosts.push(host),
  });
  afterAll(() => fetch.close());
  return { fetch, asked: () => asked };
}

describe("names that resolve elsewhere", () => {
  test("a name that turns private between two attempts is blocked at the second, as is one bad address among good ones [API-09]", async () => {
    const { fetch, asked } = fetchWith([["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"]]);
    for (let n = 1; n <= 3; n++) {
      const made = await attempt({ ...t.app, fetch }, endpoint("https://rebind.example/"), message);
      expect([made.outcome, made.status, asked()]).toEqual(["blocked", null, n]);
    }
  });

  test("a name that flips from the receiver to metadata is asked once a connection: the address checked is the one called", async () => {
    const there = await startReceiver((_, n) => ({ headers: n === 1 ? { connection: "close" } : {} }));
    const { fetch, asked } = fetchWith([["127.0.0.1"], ["169.254.169.254"]]);
    const app = { ...open.app, fetch };
    const url = `http://rebind.example:${new URL(there.url).port}/`;
    expect((await attempt(app, endpoint(url), message)).outcome).toBe("delivered");
    expect(asked()).toBe(1);
    expect((await attempt(app, endpoint(url), message)).outcome).toBe("blocked");
    expect(there.requests).toHaveLength(1);
    await there.down();
  });

  test("a redirect to a private address is an answer and nothing else", async () => {
    const inside = await startReceiver();
    const there = await startReceiver(() => ({ status: 307, headers: { location: `${inside.url}/admin` } }));
    expect((await attempt(open.app, endpoint(there.url), message)).outcome).toBe("redirect");
    expect(inside.requests).toEqual([]);
    await Promise.all([inside.down(), there.down()]);
  });
});
