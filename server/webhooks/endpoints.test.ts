import { createPublicKey, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { Received } from "../test/receiver.ts";
import { ben, givenFollowed, libraryAccepts, signaturesOf, textsOf, type MadeEndpoint } from "../test/webhooks.ts";
import type { EndpointView } from "./endpoint.ts";
import { describe as describeTable } from "../platform/table.ts";
import { sweepAll } from "../privacy/sweep.ts";
import { webhookDisabledMailJob } from "./webhook.jobs.ts";
import { deliveryAttemptTable, deliveryTable } from "./webhook.table.ts";

const t = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
const idle = async (): Promise<void> => t.app.deliverer?.idle();
const hour = 3_600_000;
const day = 24 * hour;
const path = "/v1/webhook-endpoints";

/** As a receiver checks `v1a`: ed25519 over `id.timestamp.body`, with the key that it was given. */
function isSignedWith(publicKey: string, request: Received): boolean {
  const raw = Buffer.from(publicKey.replace(/^whpk_/, ""), "base64");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") }, format: "jwk" });
  const signed = Buffer.from(`${request.id}.${String(request.headers["webhook-timestamp"])}.${request.body}`);
  return signaturesOf(request, "v1a").some((signature) => verify(null, signed, key, Buffer.from(signature, "base64")));
}

describe("signatures", () => {
  test("each delivery is accepted by the Standard Webhooks library (v1) and by ed25519 (v1a), and a changed one by neither [API-09 API-15]", async () => {
    const { hears, receiver, endpoint } = await givenFollowed(t);
    // the library compares with the real time
    t.clock.set(Date.now());
    const there = await receiver();
    const { secret, publicKey } = await endpoint(there);
    expect([secret, publicKey]).toEqual([
      expect.stringMatching(/^whsec_.{44}$/),
      expect.stringMatching(/^whpk_.{44}$/),
    ]);
    await hears(["žluťoučký kůň 🐎"]);
    await idle();
    const [request] = there.requests;
    if (!request) throw new Error("nothing arrived");
    const headers = request.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request.body, headers)).toMatchObject({ type: "message.received" });
    expect(isSignedWith(publicKey, request)).toBe(true);
    const forged = { ...request, body: request.body.replace("received", "deceived") };
    expect(() => new Webhook(secret).verify(forged.body, headers)).toThrow("No matching signature");
    expect(isSignedWith(publicKey, forged)).toBe(false);
  });

  test("after a rotation both keys sign for 24 hours, then only the new ones [API-09]", async () => {
    const { api, hears, receiver, endpoint, state } = await givenFollowed(t);
    const there = await receiver();
    const old = await endpoint(there);
    const { body: fresh } = await api.post<MadeEndpoint>(`${path}/${old.id}/rotate-secret`);
    expect(fresh.previousKeysUntil).toBe(new Date(t.clock.ms() + day).toISOString());
    await hears(["one"]);
    await idle();
    t.clock.advance(day);
    await hears(["two"]);
    await idle();
    const check = (request: Received | undefined) =>
      request &&
      [old, fresh].map((keys) => [libraryAccepts(keys.secret, request), isSignedWith(keys.publicKey, request)]);
    expect(there.requests.map(check)).toEqual([
      [
        [true, true],
        [true, true],
      ],
      [
        [false, false],
        [true, true],
      ],
    ]);
    expect((await state(old.id)).previousKeysUntil).toBeNull();
  });

  test("a test event is signed, shows the answer at once, and is in no log", async () => {
    const { api, receiver, endpoint, deliveries } = await givenFollowed(t);
    const there = await receiver(() => ({ status: 418, body: "a teapot" }));
    const { id, secret } = await endpoint(there);
    const { body } = await api.post(`${path}/${id}/test`);
    expect(body).toMatchObject({ outcome: "refused", status: 418, answer: "a teapot" });
    const [request] = there.requests;
    expect(request?.json).toMatchObject({ type: "webhook.test", data: { endpointId: id } });
    expect(request && libraryAccepts(secret, request)).toBe(true);
    expect(await deliveries(id)).toEqual([]);
  });
});

describe("endpoints", () => {
  test("secrets are shown once and lie sealed, with the address and the headers [API-09]", async () => {
    const { api, workspace, receiver, endpoint } = await givenFollowed(t);
    const made = await endpoint(await receiver(), { headers: { "x-key": "hidden value" } });
    const shown = JSON.stringify((await api.get(`${path}/${made.id}`)).body);
    for (const secret of [made.secret, "hidden value"]) expect(shown).not.toContain(secret);
    expect(JSON.parse(shown)).toMatchObject({
      url: made.url,
      headerNames: ["x-key"],
      style: "standard",
      ordered: false,
    });
    const { rows } = await t.admin.query<{ row: string }>(
      "select e::text || encode(e.secrets, 'escape') as row from webhook_endpoint e where workspace_id = $1",
      [workspace.id],
    );
    for (const secret of [made.secret, made.secret.slice(6), "hidden value", "t0ken", "127.0.0.1"])
      expect(rows[0]?.row).not.toContain(secret);
  });

  test("an address is there once, also with several requests at a time", async () => {
    const { api, receiver, endpoint } = await givenFollowed(t);
    const there = await receiver();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.post(path, { url: `${there.url}/x`, eventTypes: ["*"] })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.find(({ status }) => status !== 201)?.body).toMatchObject({ code: "webhook_endpoint.url_taken" });
    const other = await endpoint(there);
    expect((await api.patch(`${path}/${other.id}`, { url: `${there.url}/x` })).body).toMatchObject({
      code: "webhook_endpoint.url_taken",
    });
  });

  test("a change of address, types and headers counts for what waits already", async () => {
    const { api, hears, receiver, endpoint } = await givenFollowed(t);
    const [old, fresh] = [await receiver(() => ({ status: 500 })), await receiver()];
    const { id } = await endpoint(old, { headers: { "x-a": "1" } });
    await hears(["waits"]);
    await idle();
    const patch = { url: `${fresh.url}/new`, headers: { "x-b": "2" }, description: "moved" };
    expect((await api.patch(`${path}/${id}`, patch)).body).toMatchObject({
      headerNames: ["x-b"],
      description: "moved",
    });
    t.clock.advance(6_000);
    await idle();
    expect(textsOf(fresh)).toEqual(["waits"]);
    expect(fresh.requests[0]?.headers).toMatchObject({ "x-b": "2" });
    expect(fresh.requests[0]?.headers["x-a"]).toBeUndefined();
  });

  test.each([
    ["no types", { eventTypes: [] }],
    ["a type that is none", { eventTypes: ["message.received; drop"] }],
    ["a type that is misspelt", { eventTypes: ["message.received", "message.recieved"] }],
    ["a pattern that nothing matches", { eventTypes: ["massage.*"] }],
    ["a header that we sign", { headers: { "Webhook-Signature": "v1,x" } }],
    ["a header that carries the request", { headers: { "Content-Length": "3" } }],
    ["a header with a line break", { headers: { "x-a": "1\r\nx-b: 2" } }],
    ["a channel of nobody", { channelIds: ["chn_0000000000000000000000000a"] }],
  ])("%s is refused with the field's name", async (_, part) => {
    const { api } = await givenFollowed(t);
    const { status, body } = await api.post(path, { url: "https://example.com/", eventTypes: ["*"], ...part });
    expect([status, body]).toMatchObject([
      400,
      { code: "validation_failed", issues: [{ path: expect.stringMatching(/^body\./) }] },
    ]);
  });

  test("nobody has more sent than they may read", async () => {
    const { workspace, channel } = await givenFollowed(t);
    const input = { url: "https://example.com/", eventTypes: ["message.received", "contact.*"] };
    const blind = await t.given.apiKey(workspace.id, { scopes: ["webhook:manage", "webhook:read", "contact:read"] });
    expect((await blind.api.post(path, input)).body).toMatchObject({ code: "forbidden", permission: "message:read" });
    const { body: readers } = await workspace.api.post<EndpointView>(path, { ...input, url: "https://example.com/3" });
    const stolen = await blind.api.patch(`${path}/${readers.id}`, { url: "https://elsewhere.example.com/" });
    expect(stolen.body).toMatchObject({ code: "forbidden", permission: "message:read" });
    const limited = await t.given.apiKey(workspace.id, { channelIds: [channel.id] });
    const { status, body } = await limited.api.post<EndpointView>(path, input);
    expect([status, body.channelIds]).toEqual([201, [channel.id]]);
    const { body: all } = await workspace.api.post<EndpointView>(path, { ...input, url: "https://example.com/2" });
    expect((await limited.api.patch(`${path}/${body.id}`, { channelIds: null })).status).toBe(403);
    expect((await limited.api.get(`${path}/${all.id}`)).status).toBe(404);
    expect((await limited.api.get<{ data: EndpointView[] }>(path)).body.data.map(({ id }) => id)).toEqual([body.id]);
  });
});

describe("switching off and on", () => {
  test("410 switches off at once; enabling delivers what waited and what happened meanwhile, in order", async () => {
    const { api, hears, receiver, endpoint, state } = await givenFollowed(t);
    const there = await receiver((_, n) => ({ status: n === 1 ? 410 : 200 }));
    const { id } = await endpoint(there, { ordered: true, eventTypes: ["message.received"] });
    await hears(["1"]);
    await idle();
    expect(await state(id)).toMatchObject({ status: "disabled", disabledReason: "gone", pendingCount: 1 });
    await hears(["2", "3"]);
    t.clock.advance(hour);
    await idle();
    expect(textsOf(there)).toEqual(["1"]);
    expect((await api.post(`${path}/${id}/recover`, { since: new Date(0).toISOString() })).body).toMatchObject({
      code: "webhook_endpoint.disabled",
    });
    expect((await api.post(`${path}/${id}/enable`, {})).body).toMatchObject({
      status: "enabled",
      disabledReason: null,
    });
    for (let i = 0; i < 3; i++) {
      await idle();
      t.clock.advance(1_000);
    }
    expect(textsOf(there)).toEqual(["1", "1", "2", "3"]);
  });

  test("nothing but failures for five days switches off, tells the managers by mail and the workspace by an event", async () => {
    const { api, workspace, hears, receiver, endpoint, state } = await givenFollowed(t);
    await t.given.member(workspace.id, "agent");
    const admin = await t.given.member(workspace.id, "admin");
    const there = await receiver(() => ({ status: 503 }));
    const other = await receiver();
    const { id } = await endpoint(there, { description: "Orders" });
    await endpoint(other, { eventTypes: ["webhook_endpoint.disabled"] });
    await hears(["first"]);
    for (let hours = 0; hours < 5 * 24; hours += 12) {
      await hears([`after ${hours} h`]);
      await idle();
      expect((await state(id)).status).toBe("enabled");
      t.clock.advance(12 * hour);
    }
    await idle();
    expect(await state(id)).toMatchObject({
      status: "disabled",
      disabledReason: "failing",
      pendingCount: expect.any(Number),
    });
    await idle();
    expect(other.requests.map(({ json }) => json.data)).toMatchObject([{ endpointId: id, reason: "failing" }]);
    const { body: trail } = await api.get<{ data: object[] }>("/v1/audit-entries?limit=1");
    expect(trail.data).toMatchObject([
      { action: "webhook_endpoint.disabled", targetId: id, actor: { kind: "system" } },
    ]);
    const jobs = await t.admin.query("select 1 from graphile_worker.jobs where task_identifier = $1", [
      webhookDisabledMailJob.name,
    ]);
    expect(jobs.rowCount).toBeGreaterThan(0);
    await webhookDisabledMailJob.run(t.app, { workspaceId: workspace.id, endpointId: id });
    const mails = t.mail.list().filter(({ text }) => text.includes(id));
    expect(mails.map(({ to }) => to).toSorted()).toEqual([admin.email, workspace.owner.email].toSorted());
    expect(mails[0]?.text).toContain("“Orders”");
    expect(JSON.stringify(mails)).not.toContain("t0ken");
  });

  test("a success in between, or a failure of long ago, does not count towards the five days", async () => {
    const { hears, receiver, endpoint, state } = await givenFollowed(t);
    let isUp = false;
    const there = await receiver(() => ({ status: isUp ? 200 : 500 }));
    const { id } = await endpoint(there);
    await hears(["fails"]);
    await idle();
    const { failingSince } = await state(id);
    expect(failingSince).toBe(t.clock.now().toISOString());
    t.clock.advance(6 * day);
    await hears(["fails again"]);
    await idle();
    expect(await state(id)).toMatchObject({ status: "enabled", failingSince: t.clock.now().toISOString() });
    isUp = true;
    t.clock.advance(hour);
    await idle();
    expect(await state(id)).toMatchObject({ failingSince: null, lastSuccessAt: t.clock.now().toISOString() });
  });

  test("enabling without the backlog begins with what comes", async () => {
    const { api, hears, receiver, endpoint } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"] });
    expect((await api.post(`${path}/${id}/disable`)).body).toMatchObject({
      status: "disabled",
      disabledReason: "by_hand",
    });
    await hears(["missed"]);
    await api.post(`${path}/${id}/enable`, { backlog: "skip" });
    await hears(["new"]);
    await idle();
    expect(textsOf(there)).toEqual(["new"]);
  });
});

describe("delivering again", () => {
  test("one delivery comes again with its id, whether it arrived before or not; a repeat of the request does nothing [API-15]", async () => {
    const { api, hears, receiver, endpoint, deliveries, delivery } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"] });
    await hears(["hello"]);
    await idle();
    const [done] = await deliveries(id);
    const replay = () => api.post(`/v1/deliveries/${done?.id ?? ""}/replay`, {}, { "idempotency-key": "again" });
    expect(await replay()).toMatchObject({ status: 202, body: { state: "pending", attempts: 0 } });
    await idle();
    await replay();
    await idle();
    expect(there.requests.map((request) => request.id)).toEqual([done?.eventId, done?.eventId]);
    expect((await delivery(done?.id ?? "")).attemptLog).toHaveLength(2);
  });

  test("a time span and types come again, at 50 a second and oldest first", async () => {
    const { api, hears, receiver, endpoint } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received", "contact.*"] });
    await hears(["too early"]);
    t.clock.advance(hour);
    const since = t.clock.now().toISOString();
    await hears(Array.from({ length: 60 }, (_, n) => `n${n}`));
    t.clock.advance(hour);
    const until = t.clock.now().toISOString();
    t.clock.advance(1_000);
    await hears(["too late"], ben);
    await idle();
    there.requests.splice(0);
    const filter = { since, until, eventTypes: ["message.*"] };
    const failed = await api.post(`${path}/${id}/replay`, { ...filter, isFailedOnly: true });
    expect(failed.body).toEqual({ count: 0, lookedUntil: null });
    const all = await api.post(`${path}/${id}/replay`, filter);
    expect(all.body).toEqual({ count: 60, lookedUntil: null });
    t.clock.advance(980);
    await idle();
    expect(textsOf(there).map(String).toSorted()).toEqual(Array.from({ length: 50 }, (_, n) => `n${n}`).toSorted());
    t.clock.advance(1_000);
    await idle();
    expect(there.requests).toHaveLength(60);
  });

  test("deliveries and their log go after 30 days; no body that was sent is ever in them", async () => {
    const held = [deliveryTable, deliveryAttemptTable]
      .map(describeTable)
      .flatMap(({ name, columns }) =>
        Object.entries(columns).flatMap(([key, { category }]) => (category === "system" ? [] : [`${name}.${key}`])),
      );
    // what the receiver said, not what it was told
    expect(held).toEqual(["delivery_attempt.answer"]);
    const { workspace, hears, receiver, endpoint, deliveries } = await givenFollowed(t);
    const { id } = await endpoint(await receiver());
    await hears(["old"]);
    await idle();
    t.clock.advance(29 * day);
    await sweepAll(t.app);
    expect(await deliveries(id)).toHaveLength(1);
    t.clock.advance(2 * day);
    await sweepAll(t.app);
    for (const table of ["delivery", "delivery_attempt"]) {
      const { rowCount } = await t.admin.query(`select 1 from ${table} where workspace_id = $1`, [workspace.id]);
      expect([table, rowCount]).toEqual([table, 0]);
    }
  });

  test("/metrics tells how late the oldest delivery is", async () => {
    const { hears, receiver, endpoint } = await givenFollowed(t);
    const there = await receiver(() => ({ status: 500 }));
    await endpoint(there);
    await hears(["late"]);
    await idle();
    t.clock.advance(400_000);
    const text = await (await fetch(`${t.url}/metrics`)).text();
    const late = /^keepword_webhook_oldest_pending_seconds\{receiver="failing"\} (\S+)$/m.exec(text)?.[1];
    expect(Number(late)).toBeGreaterThan(390);
    expect(text).toMatch(/^keepword_webhook_attempts_total\{outcome="refused"\} \d+$/m);
  });
});
