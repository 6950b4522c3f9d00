import { describe, expect, onTestFinished, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import { ana, ben, givenFollowed, textsOf } from "../test/webhooks.ts";

const t = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
const idle = async (): Promise<void> => t.app.deliverer?.idle();
const day = 86_400_000;

async function passing(ms: number, steps = 1): Promise<void> {
  for (let i = 0; i < steps; i++) {
    t.clock.advance(ms / steps);
    await idle();
  }
}

describe("what is delivered", () => {
  test("an event arrives once, as the feed tells it, under the event's own id", async () => {
    const { api, hears, receiver, endpoint, deliveries } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["*"], headers: { Authorization: "Bearer theirs" } });
    const { lastPosition } = (await api.get<{ lastPosition: string }>("/v1/events?limit=500")).body;
    await hears(["Ciao!"]);
    await idle();
    const feed = await api.get<{ data: { id: string; occurredAt: string }[] }>(`/v1/events?after=${lastPosition}`);
    const sent = there.requests.filter(({ json }) => Number(json.position) > Number(lastPosition));
    const arrived = sent.map(({ json: { timestamp, ...json } }) => ({ ...json, occurredAt: timestamp }));
    expect(arrived.toSorted((a, b) => Number(a.position) - Number(b.position))).toEqual(feed.body.data);
    expect(sent.map((request) => request.id).toSorted()).toEqual(feed.body.data.map((event) => event.id).toSorted());
    expect(sent[0]?.path).toBe("/hook?token=t0ken");
    expect(sent[0]?.headers).toMatchObject({ "content-type": "application/json", authorization: "Bearer theirs" });
    for (const delivery of await deliveries(id))
      expect(delivery).toMatchObject({ state: "delivered", attempts: 1, lastStatus: 200, nextAttemptAt: null });
    await passing(3 * day, 3);
    expect(there.requests).toHaveLength(feed.body.data.length + 1);
  });

  test("an endpoint gets the types and channels that it asked for, and nothing from before it was made", async () => {
    const { api, workspace, channel, hears, receiver, endpoint } = await givenFollowed(t);
    const other = await givenChannel(t, { id: workspace.id, api });
    await hears(["before"]);
    const [messages, contacts, elsewhere] = [await receiver(), await receiver(), await receiver()];
    await endpoint(messages, { eventTypes: ["message.received"], channelIds: [channel.id] });
    await endpoint(contacts, { eventTypes: ["contact.*"] });
    await endpoint(elsewhere, { eventTypes: ["message.*"], channelIds: [other.id] });
    await hears(["here"], ben);
    await post(t, other, says(other, ben, "wamid.elsewhere", t.clock.now(), "there"));
    await idle();
    expect(textsOf(messages)).toEqual(["here"]);
    expect(contacts.requests.map(({ json }) => json.type)).toEqual(["contact.created"]);
    expect(textsOf(elsewhere)).toEqual(["there"]);
  });

  test("content that was destroyed before an attempt is not in it", async () => {
    const { hears, receiver, endpoint, workspace } = await givenFollowed(t);
    const there = await receiver(() => ({ status: 500 }));
    await endpoint(there);
    await hears(["my secret"]);
    await idle();
    expect(textsOf(there)).toEqual(["my secret"]);
    await t.admin.query("update message set content = null, content_destroyed_at = $2 where workspace_id = $1", [
      workspace.id,
      t.clock.now(),
    ]);
    await passing(6_000);
    expect(there.requests).toHaveLength(2);
    expect(there.requests[1]?.body).not.toContain("my secret");
    expect(there.requests[1]?.json.data).toMatchObject({
      message: { content: null, contentDestroyedAt: t.clock.now().toISOString().replace(/:06/, ":00") },
    });
  });

  test("no workspace without endpoints has deliveries, and an endpoint that was removed leaves nothing", async () => {
    const { api, workspace, hears, receiver, endpoint } = await givenFollowed(t);
    const rows = async (table: string) =>
      (await t.admin.query(`select 1 from ${table} where workspace_id = $1`, [workspace.id])).rowCount;
    await hears(["nobody listens"]);
    expect(await rows("delivery")).toBe(0);
    const { id } = await endpoint(await receiver());
    await hears(["somebody does"]);
    await idle();
    expect(await rows("delivery_attempt")).toBe(1);
    expect((await api.delete(`/v1/webhook-endpoints/${id}`)).status).toBe(204);
    await hears(["nobody again"]);
    for (const table of ["webhook_endpoint", "delivery", "delivery_attempt"])
      expect([table, await rows(table)]).toEqual([table, 0]);
    const counter = await t.admin.query("select is_followed from event_counter where workspace_id = $1", [
      workspace.id,
    ]);
    expect(counter.rows).toEqual([{ is_followed: false }]);
  });
});

describe("what is rendered", () => {
  test("is rendered right before its call: what was erased while calls were under way does not go out", async () => {
    const { hears, receiver, endpoint, workspace } = await givenFollowed(t);
    const held = Promise.withResolvers<object>();
    const there = await receiver((_, n) => (n <= 16 ? held.promise : {}));
    await endpoint(there, { eventTypes: ["message.received"] });
    await hears(Array.from({ length: 40 }, (_, n) => `secret ${n}`));
    await there.received(16);
    await t.admin.query("update message set content = null, content_destroyed_at = $2 where workspace_id = $1", [
      workspace.id,
      t.clock.now(),
    ]);
    held.resolve({});
    await there.received(40);
    await idle();
    expect(textsOf(there).slice(16)).toEqual(Array.from({ length: 24 }));
    expect(there.requests[39]?.json.data).toMatchObject({ message: { content: null } });
  });

  test("who was kept waiting past its lease calls nobody: the delivery is another process's", async () => {
    const { hears, receiver, endpoint, deliveries, workspace } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"] });
    await there.down();
    await hears(["hello"]);
    await idle();
    await there.up();
    const other = await t.admin.connect();
    let isLocked = true;
    onTestFinished(() => other.release(isLocked)); // true: closed, so that a failure here holds nobody else's tables
    await other.query("begin");
    await other.query("lock table message in access exclusive mode");
    t.clock.advance(6_000);
    t.app.deliverer?.wake();
    const isWaiting = "select 1 from pg_locks where relation = 'message'::regclass and not granted";
    await expect.poll(async () => (await t.admin.query(isWaiting)).rowCount).toBeGreaterThan(0);
    t.clock.advance(121_000);
    await t.admin.query("update delivery set attempts = attempts + 1, leased_until = $2 where workspace_id = $1", [
      workspace.id,
      new Date(t.clock.ms() + 120_000),
    ]);
    await other.query("commit");
    isLocked = false;
    await idle();
    expect(there.requests).toHaveLength(0);
    await passing(121_000);
    expect(there.requests).toHaveLength(1);
    expect(await deliveries(id)).toMatchObject([{ state: "delivered", attempts: 4 }]);
  });

  test.each(["standard", "cloud_api"])(
    "an event that cannot be rendered is a broken attempt of its own: the others arrive, and it does when it can (%s)",
    async (style) => {
      const { hears, receiver, endpoint, deliveries, delivery, state, workspace } = await givenFollowed(t);
      const there = await receiver();
      const { id } = await endpoint(there, { eventTypes: ["message.received"], style, ordered: true });
      await there.down();
      await hears(["first", "second"], ana);
      await hears(["third"], ben);
      await idle();
      const flip = `update message set content = set_byte(content, 40, get_byte(content, 40) # 1) where workspace_id = $1
        and id = (select payload ->> 'messageId' from event where workspace_id = $1 and type = 'message.received' order by position limit 1)`;
      await t.admin.query(flip, [workspace.id]);
      await there.up();
      await passing(6_000);
      const sent = (): string[] => there.requests.map(({ body }) => /first|second|third/.exec(body)?.[0] ?? "");
      expect(sent()).toEqual(["third"]);
      const broken = (await deliveries(id)).find((one) => one.lastOutcome === "broken");
      expect(broken).toMatchObject({ state: "pending", attempts: 2, lastStatus: null });
      const { attemptLog } = await delivery(broken?.id ?? "");
      expect(attemptLog.map(({ outcome, fault }) => [outcome, fault])).toEqual([
        ["unreachable", null],
        ["broken", "not_rendered"],
      ]);
      expect(await state(id)).toMatchObject({ failingSince: null, pausedUntil: null });
      await t.admin.query(flip, [workspace.id]);
      await passing(10 * 60_000, 2);
      expect(sent()).toEqual(["third", "first", "second"]);
    },
  );

  test("an event that can never be rendered holds its conversation back for three tries; then the order goes on, and it can be replayed", async () => {
    const { api, hears, receiver, endpoint, deliveries, delivery, workspace } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"], ordered: true });
    await there.down();
    await hears(["first", "second"], ana);
    await idle();
    const flip = `update message set content = set_byte(content, 40, get_byte(content, 40) # 1) where workspace_id = $1
      and id = (select payload ->> 'messageId' from event where workspace_id = $1 and type = 'message.received' order by position limit 1)`;
    await t.admin.query(flip, [workspace.id]);
    await there.up();
    await passing(6_000);
    await passing(330_000);
    expect(textsOf(there)).toEqual([]);
    await passing(33 * 60_000);
    expect(textsOf(there)).toEqual(["second"]);
    const skipped = (await deliveries(id)).find((one) => one.state === "failed");
    expect(skipped).toMatchObject({ attempts: 4, lastOutcome: "broken", nextAttemptAt: null });
    const { attemptLog } = await delivery(skipped?.id ?? "");
    expect(attemptLog.filter(({ fault }) => fault === "not_rendered")).toHaveLength(3);
    await t.admin.query(flip, [workspace.id]);
    expect((await api.post(`/v1/deliveries/${skipped?.id}/replay`)).status).toBe(202);
    await idle();
    expect(textsOf(there)).toEqual(["second", "first"]);
  });

  test("an event of a person whose key is destroyed arrives without its content, also before the rows are cleared", async () => {
    const { hears, receiver, endpoint, deliveries, workspace } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"] });
    await there.down();
    await hears(["my secret"]);
    await idle();
    const { rows } = await t.admin.query<{ id: string }>("select id from contact where workspace_id = $1", [
      workspace.id,
    ]);
    t.app.keyring.destroy(rows.map((contact) => `contact:${contact.id}`));
    await there.up();
    await passing(6_000);
    expect(there.requests.map(({ json }) => json.data["message"])).toMatchObject([
      { content: null, contentDestroyedAt: t.clock.now().toISOString() },
    ]);
    expect(there.requests[0]?.body).not.toContain(ana.name);
    expect(await deliveries(id)).toMatchObject([{ state: "delivered" }]);
  });

  test("a workspace that is closed while it is called keeps no answer, and holds up nobody else's record", async () => {
    const [closing, other] = [await givenFollowed(t), await givenFollowed(t)];
    const held = Promise.withResolvers<{ body: string }>();
    const there = await closing.receiver(() => held.promise);
    await closing.endpoint(there, { eventTypes: ["message.received"] });
    await closing.hears(["hello"]);
    await there.received(1);
    t.app.keyring.destroy(`workspace:${closing.workspace.id}`);
    held.resolve({ body: "got it" });
    const elsewhere = await other.receiver();
    const { id } = await other.endpoint(elsewhere, { eventTypes: ["message.received"] });
    await other.hears(["hello"]);
    await idle();
    expect(await other.deliveries(id)).toMatchObject([{ state: "delivered" }]);
    const kept =
      "select state, answer from delivery d join delivery_attempt a on a.delivery_id = d.id where d.workspace_id = $1";
    expect((await t.admin.query(kept, [closing.workspace.id])).rows).toEqual([{ state: "delivered", answer: null }]);
  });
});

describe("what fails", () => {
  test("comes again by the schedule, nine times in all, always with the same id, and is then given up [API-15]", async () => {
    const { hears, receiver, endpoint, deliveries, delivery } = await givenFollowed(t);
    const there = await receiver(() => ({ status: 500, body: "no" }));
    const { id } = await endpoint(there);
    await hears(["hello"]);
    await idle();
    const minutes = [5 / 60, 5, 30, 120, 300, 600, 840, 1200];
    for (const [n, pause] of minutes.entries()) {
      await passing(pause * 60_000 * 0.89);
      expect(there.requests).toHaveLength(n + 1);
      // the endpoint rests for up to a minute when it only fails
      await passing(pause * 60_000 * 0.22 + 61_000);
      expect(there.requests).toHaveLength(n + 2);
    }
    await passing(2 * day);
    expect(there.requests).toHaveLength(9);
    expect(new Set(there.requests.map((request) => request.id)).size).toBe(1);
    expect(new Set(there.requests.map((request) => request.headers["webhook-timestamp"])).size).toBe(9);
    const [last] = await deliveries(id, "?state=failed");
    expect(last).toMatchObject({ attempts: 9, lastOutcome: "refused", lastStatus: 500, nextAttemptAt: null });
    const { attemptLog } = await delivery(last?.id ?? "");
    expect(attemptLog.map(({ status, outcome, answer }) => [status, outcome, answer])).toEqual(
      Array.from({ length: 9 }, () => [500, "refused", "no"]),
    );
  });

  test.each([
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, "redirect"],
    ["304", { status: 304 }, "redirect"],
    ["400", { status: 400 }, "refused"],
  ] as const)("%s is a failure and is not followed", async (_, answer, outcome) => {
    const { hears, receiver, endpoint, deliveries } = await givenFollowed(t);
    const there = await receiver(() => answer);
    const { id } = await endpoint(there);
    await hears(["hello"]);
    await idle();
    expect(await deliveries(id)).toMatchObject([{ state: "pending", attempts: 1, lastOutcome: outcome }]);
    expect(there.requests).toHaveLength(1);
  });

  test("a receiver that asks for time gets it, for all of its deliveries", async () => {
    const { hears, receiver, endpoint, state } = await givenFollowed(t);
    const there = await receiver((_, n) => (n === 1 ? { status: 429, headers: { "retry-after": "600" } } : {}));
    const { id } = await endpoint(there);
    await hears(["one"]);
    await idle();
    expect((await state(id)).pausedUntil).toBe(new Date(t.clock.ms() + 600_000).toISOString());
    await hears(["two"]);
    await passing(599_000);
    expect(textsOf(there)).toEqual(["one"]);
    await passing(61_000);
    expect(textsOf(there).map(String).toSorted()).toEqual(["one", "one", "two"]);
  });

  test("the answer is kept to 2 kB, sealed, and never read whole when it is huge", async () => {
    const { hears, receiver, endpoint, deliveries, delivery, workspace } = await givenFollowed(t);
    const there = await receiver(() => ({ status: 200, body: `needle ${"x".repeat(200_000)}` }));
    const { id } = await endpoint(there);
    await hears(["hello"]);
    await idle();
    const [done] = await deliveries(id);
    const [tried] = (await delivery(done?.id ?? "")).attemptLog;
    expect(done).toMatchObject({ state: "delivered" });
    expect([tried?.answer?.slice(0, 8), tried?.answer?.length]).toEqual(["needle x", 2048]);
    const { rows } = await t.admin.query<{ answer: Buffer }>(
      "select answer from delivery_attempt where workspace_id = $1",
      [workspace.id],
    );
    expect(rows[0]?.answer.includes("needle")).toBe(false);
  });
});

describe("order", () => {
  test("an ordered endpoint gets each conversation in order: what fails holds back only what comes after it [API-15]", async () => {
    const { hears, receiver, endpoint } = await givenFollowed(t);
    let isBroken = true;
    const there = await receiver((request) => {
      const { text } = request.json.data["message"] as { text: string };
      return { status: isBroken && text === "a1" ? 500 : 200 };
    });
    await endpoint(there, { eventTypes: ["message.received"], ordered: true });
    for (const n of [1, 2, 3]) {
      await hears([`a${n}`], ana);
      await hears([`b${n}`], ben);
    }
    await idle();
    expect(textsOf(there).filter((text) => String(text).startsWith("a"))).toEqual(["a1"]);
    expect(textsOf(there).filter((text) => String(text).startsWith("b"))).toEqual(["b1", "b2", "b3"]);
    isBroken = false;
    await passing(6_000);
    expect(textsOf(there).filter((text) => String(text).startsWith("a"))).toEqual(["a1", "a1", "a2", "a3"]);
  });

  test("an endpoint that becomes ordered orders what waits already", async () => {
    const { api, hears, receiver, endpoint } = await givenFollowed(t);
    const there = await receiver();
    const { id } = await endpoint(there, { eventTypes: ["message.received"] });
    await there.down();
    await hears(["1", "2", "3"]);
    await idle();
    expect((await api.patch(`/v1/webhook-endpoints/${id}`, { ordered: true })).body).toMatchObject({ ordered: true });
    await there.up();
    await passing(6_000);
    expect(textsOf(there)).toEqual(["1", "2", "3"]);
  });
});

describe("many receivers", () => {
  test("one that does not answer holds up nobody else", async () => {
    const { hears, receiver, endpoint } = await givenFollowed(t);
    const held = Promise.withResolvers<undefined>();
    const [slow, quick] = [await receiver(() => held.promise), await receiver()];
    await endpoint(slow, { eventTypes: ["message.received"] });
    await endpoint(quick, { eventTypes: ["message.received"] });
    for (let n = 0; n < 40; n++) await hears([`n${n}`], n % 2 ? ana : ben);
    const began = performance.now();
    await quick.received(40);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(slow.requests.length).toBeLessThanOrEqual(16);
    held.resolve(undefined);
    await slow.down();
    await idle();
  });

  test("a receiver that is away for a day gets everything once per id when it is back, an ordered one in order", async () => {
    const { api, hears, receiver, endpoint, state } = await givenFollowed(t);
    const [plain, ordered] = [await receiver(), await receiver()];
    const made = [
      await endpoint(plain, { eventTypes: ["message.received"] }),
      await endpoint(ordered, { eventTypes: ["message.received"], ordered: true }),
    ];
    await plain.down();
    await ordered.down();
    for (let hour = 0; hour < 24; hour++) {
      await hears([`a${hour}`], ana);
      await hears([`b${hour}`], ben);
      await passing(3_600_000, 2);
    }
    expect((await state(made[0]?.id ?? "")).failingSince).not.toBeNull();
    await plain.up();
    await ordered.up();
    for (const { id } of made) {
      const since = new Date(t.clock.ms() - 25 * 3_600_000).toISOString();
      const { body } = await api.post(`/v1/webhook-endpoints/${id}/recover`, { since });
      expect(body).toMatchObject({ count: 48, lookedUntil: null });
    }
    await passing(120_000, 24);
    for (const there of [plain, ordered]) {
      expect(there.requests).toHaveLength(48);
      expect(new Set(there.requests.map((request) => request.id)).size).toBe(48);
    }
    for (const who of ["a", "b"]) {
      const order = textsOf(ordered).filter((text) => String(text).startsWith(who));
      expect(order).toEqual(Array.from({ length: 24 }, (_, n) => `${who}${n}`));
    }
  });
});
