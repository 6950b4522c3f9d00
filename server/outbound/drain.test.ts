import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resumeWorkspace, suspendWorkspace } from "../identity/suspend-workspace.ts";
import type { MessageView } from "../messages/message-view.ts";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Shop } from "../test/shop.ts";
import { scoreOf, scoreSending } from "./abuse-score.ts";
import { startDrain } from "./drain.ts";
import { createPace } from "./pace.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), rateNow: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());
afterEach(() => sim.clearFaults());

const texts = (shop: Shop): string[] =>
  sim.messages({ phoneNumberId: shop.phoneNumberId }).map((message) => message.text);
const reached = (shop: Shop): string[] =>
  sim.messages({ phoneNumberId: shop.phoneNumberId }).map(({ body }) => String(body["to"]).replace("+", ""));
const numbered = (n: number): string[] => Array.from({ length: n }, (_, at) => `s${String(at).padStart(3, "0")}`);

async function say(shop: Shop, conversationId: string, lines: readonly string[]): Promise<string[]> {
  const messages = lines.map((text) => ({ conversationId, type: "text", text }));
  const { body } = await shop.api.post<{ data: { message: { id: string } }[] }>("/v1/messages/batch", { messages });
  return body.data.map((one) => one.message.id);
}
const sendTo = (shop: Shop, phones: readonly string[], more: object = {}) =>
  Promise.all(
    phones.map((to) => {
      const template = { type: "template", template: { name: "hello_world", language: "en_US" } };
      return shop.send({ channelId: shop.channelId, to, ...template, ...more });
    }),
  );
const attempts = async (messageId: string) =>
  (
    await t.admin.query<{ outcome: string; error_code: string | null }>(
      "select outcome, error_code from send_attempt where message_id = $1 order by attempt",
      [messageId],
    )
  ).rows.map((row) => [row.outcome, row.error_code]);

describe("retries", () => {
  test("a temporary failure is tried again later, and what was written after it waits for it", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 131000, times: 2, accept: false });
    const [first = ""] = await say(shop, id, ["one", "two", "three"]);
    await shop.sent();
    expect([texts(shop), (await shop.read(first)).status]).toEqual([[], "queued"]);
    const { body: health } = await shop.api.get(`/v1/channels/${shop.channelId}/health`);
    expect(health).toMatchObject({ waitingCount: 3 });
    t.clock.advance(60_000);
    await shop.sent();
    expect(texts(shop)).toEqual([]);
    t.clock.advance(120_000);
    await shop.sent();
    expect(texts(shop)).toEqual(["one", "two", "three"]);
    expect(await attempts(first)).toEqual([
      ["retry", "131000"],
      ["retry", "131000"],
      ["sent", null],
    ]);
  });

  test("a provider that cannot be reached shows on the channel's health while messages still wait", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 131000, times: 1, accept: false });
    await say(shop, id, ["one"]);
    const at = t.clock.now().toISOString();
    await shop.sent();
    await t.app.health.flush();
    const { body: health } = await shop.api.get(`/v1/channels/${shop.channelId}/health`);
    expect(health).toMatchObject({ waitingCount: 1, lastErrorAt: at, lastErrorCode: "131000" });
  });

  test("what will never work fails at once and holds nothing back", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
    const [bad = "", good = ""] = await say(shop, id, ["#error:131026 nobody", "somebody"]);
    await shop.sent();
    expect((await shop.read(bad)).error).toMatchObject({
      code: "message.recipient_unreachable",
      providerCode: "131026",
    });
    expect((await shop.read(good)).status).toBe("delivered");
    expect(await attempts(bad)).toEqual([["failed", "131026"]]);
  });

  test("after a day of trying it is given up, counted from when it was to go, not from when it was written", async () => {
    const shop = await givenShop(t, sim);
    const { contact } = await shop.hears({ person: "wanjiru", text: "hi" });
    const scheduledAt = new Date(t.clock.ms() + 3 * 86_400_000).toISOString();
    const template = { type: "template", template: { name: "hello_world", language: "en_US" } };
    const to = { channelId: shop.channelId, to: { contactId: contact.id } };
    const { body } = await shop.send({ ...to, ...template, scheduledAt });
    // a browser's session would be over by then
    const read = async () => (await shop.workspace.api.get<MessageView>(`/v1/messages/${body.id}`)).body;
    sim.fault({ kind: "error", code: 131000, times: 100, accept: false });
    t.clock.advance(3 * 86_400_000 + 1000);
    await shop.sent();
    expect((await read()).status).toBe("queued");
    t.clock.advance(86_400_000);
    await shop.sent();
    expect((await read()).error).toMatchObject({ code: "message.retries_over", providerCode: "131000" });
  });

  test("a token that is gone fails the message and has the channel checked", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 190, times: 1, accept: false });
    const [lost = ""] = await say(shop, id, ["x"]);
    await shop.sent();
    expect((await shop.read(lost)).error?.code).toBe("message.auth_lost");
    const { rows } = await t.admin.query("select key from graphile_worker.jobs where key = $1", [
      `channel.check/${shop.channelId}`,
    ]);
    expect(rows).toHaveLength(1);
  });
});

async function grantSpeed(shop: Shop, messagesPerSecond: number): Promise<void> {
  await t.admin.query(
    `insert into channel_health (workspace_id, channel_id, details, updated_at) values ($1, $2, $3, $4)
     on conflict (workspace_id, channel_id) do update set details = excluded.details`,
    [shop.workspace.id, shop.channelId, JSON.stringify({ check: { messagesPerSecond } }), t.clock.now()],
  );
  await t.app.channels.reload(shop.channelId);
}

describe("pace", () => {
  test("too fast for the number: the channel pauses and nothing is lost or doubled", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
    sim.fault({ kind: "error", code: 130429, times: 1, accept: false });
    await say(shop, id, ["first", "second"]);
    await shop.sent();
    t.clock.advance(60_000);
    await shop.sent();
    expect(texts(shop)).toEqual(["first", "second"]);
  });

  test("more than one person may get goes back into the outbox, uncounted, and follows in order", async () => {
    const shop = await givenShop(t, sim);
    await grantSpeed(shop, 10_000);
    const { id } = await shop.hears({ person: "pavel", text: "hi" });
    const lines = numbered(50);
    // time stands still for the pace and for the provider
    await t.app.drain?.[Symbol.asyncDispose]();
    t.app.drain = startDrain(t.app, { nowMs: () => t.clock.ms() });
    const ids = await say(shop, id, lines);
    await shop.sent();
    expect(texts(shop)).toEqual(lines.slice(0, 45));
    expect(await attempts(ids[45] ?? "")).toEqual([]);
    expect((await shop.read(ids[45] ?? "")).status).toBe("queued");
    for (let n = 45; n < 50; n++) {
      t.clock.advance(6_000);
      await shop.sent();
      expect(texts(shop)).toEqual(lines.slice(0, n + 1));
    }
    await t.app.drain[Symbol.asyncDispose]();
    t.app.drain = startDrain(t.app);
  });

  test("lets through what the provider allows in every second, and pays a burst to one person back", () => {
    let now = 0;
    const source = { source: "", readAt: "" };
    const pace = createPace(
      {
        perChannel: { value: { perSecond: 80 }, ...source },
        perRecipient: { value: { everyMs: 6000, burst: 45 }, ...source },
      },
      80,
      () => now,
    );
    const sentAt: number[] = [];
    for (; now < 5_000; now++) {
      const room = pace.available();
      pace.take(room);
      for (let n = 0; n < room; n++) sentAt.push(now);
    }
    for (let from = 0; from < 4_000; from += 50)
      expect(sentAt.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(80);
    expect(sentAt.length).toBeGreaterThan(5 * 80 * 0.95);
    pace.pause(2_000);
    expect(pace.available()).toBe(0);
    expect(pace.waitMs()).toBeGreaterThanOrEqual(2_000);
    for (let n = 0; n < 45; n++) expect(pace.pairWaitMs("p")).toBe(0);
    expect(pace.pairWaitMs("p")).toBe(6_000);
    now += 6_000;
    expect([pace.pairWaitMs("p"), pace.pairWaitMs("p")]).toEqual([0, 6_000]);
  });

  test("the speed that the provider grants a number rules its pace", async () => {
    const shop = await givenShop(t, sim);
    await grantSpeed(shop, 1000);
    expect(t.app.channels.peek(shop.channelId)?.messagesPerSecond).toBe(1000);
  });
});

describe("several drains and restarts", () => {
  test("two drains on one outbox send each message once, in order within each conversation", async () => {
    const shop = await givenShop(t, sim);
    const people = ["wanjiru", "pavel", "mei", "layla"];
    const ids = [];
    for (const person of people) ids.push((await shop.hears({ person, text: "hi" })).id);
    await using second = startDrain(t.app);
    await using third = startDrain(t.app);
    await Promise.all(
      ids.map((id, n) =>
        say(
          shop,
          id,
          numbered(15).map((line) => `${people[n]} ${line}`),
        ),
      ),
    );
    await Promise.all([t.app.drain?.idle(), second.idle(), third.idle()]);
    await t.app.drain?.idle();
    await sim.settled();
    for (const person of people)
      expect(texts(shop).filter((text) => text.startsWith(person))).toEqual(
        numbered(15).map((line) => `${person} ${line}`),
      );
    const doubled = sim.countsByCallbackData();
    expect(Math.max(...Object.values(doubled))).toBe(1);
    const { rows } = await t.admin.query("select 1 from outbox where channel_id = $1", [shop.channelId]);
    expect(rows).toEqual([]);
  });

  test("a drain that stops in the middle records what it sent, and the next one goes on", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "mei", text: "hi" });
    await t.app.drain?.[Symbol.asyncDispose]();
    const lines = numbered(20).map((line) => `stop ${line}`);
    await say(shop, id, lines);
    const first = startDrain(t.app);
    await sim.waitForMessage({ text: "stop s003" });
    await first[Symbol.asyncDispose]();
    const sentSoFar = sim.messages({ text: "stop " }).length;
    expect(sentSoFar).toBeLessThan(20);
    t.app.drain = startDrain(t.app);
    await shop.sent();
    expect(sim.messages({ text: "stop " }).map((message) => message.text)).toEqual(lines);
  });

  test("an answer that does not come in time leaves the outcome open: a status tells it, and nothing is sent again", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "mei", text: "hi" });
    await t.app.drain?.[Symbol.asyncDispose]();
    t.app.drain = startDrain(t.app, { callTimeoutMs: 300 });
    sim.fault({ kind: "hang", times: 1, accept: true });
    const [slow = ""] = await say(shop, id, ["taken, but never answered"]);
    await t.app.drain.idle();
    await sim.settled();
    expect(await attempts(slow)).toEqual([["unsettled", expect.any(String)]]);
    expect((await shop.read(slow)).status).toBe("delivered");
    await t.app.drain.settle();
    expect((await t.admin.query("select 1 from outbox where message_id = $1", [slow])).rows).toEqual([]);
    await shop.sent();
    expect(sim.messages({ text: "never answered" })).toHaveLength(1);
  });

  test("what a dead process may have sent is settled by a status, or reported after two minutes; never sent again", async () => {
    const shop = await givenShop(t, sim);
    const { id } = await shop.hears({ person: "mei", text: "hi" });
    const [dead = ""] = await say(shop, id, ["#silent of a dead process"]);
    // as a process leaves it that was killed between the record of its attempt and the answer
    await shop.sent();
    await t.admin.query(
      "update message set status = 10, accepted_at = null, provider_message_index = null where id = $1",
      [dead],
    );
    await t.admin.query(
      `insert into outbox (workspace_id, message_id, channel_id, conversation_id, state, due_at, order_at, attempts, attempted_at, owner)
       select workspace_id, id, channel_id, conversation_id, 'sending', sort_at, sort_at, 1, $2, 'own_dead' from message where id = $1`,
      [dead, t.clock.now()],
    );
    const [behind = ""] = await say(shop, id, ["behind it"]);
    await shop.sent();
    await t.app.drain?.settle();
    expect((await shop.read(behind)).status).toBe("queued");
    t.clock.advance(121_000);
    await t.app.drain?.settle();
    expect((await shop.read(dead)).error?.code).toBe("message.outcome_unknown");
    await shop.sent();
    expect((await shop.read(behind)).status).toBe("delivered");
    expect(sim.messages({ text: "of a dead process" })).toHaveLength(1);
  });

  test("a person who is restricted, and content that was destroyed, are not sent", async () => {
    const shop = await givenShop(t, sim);
    const { id, contact } = await shop.hears({ person: "layla", text: "hi" });
    const scheduledAt = new Date(t.clock.ms() + 1000).toISOString();
    const { body: gone } = await shop.send({ conversationId: id, type: "text", text: "gone", scheduledAt });
    await t.admin.query("update message set content = null where id = $1", [gone.id]);
    t.clock.advance(2000);
    await shop.sent();
    expect((await shop.read(gone.id)).error?.code).toBe("message.content_gone");
    await t.admin.query("update contact set restricted_at = $2 where id = $1", [contact.id, t.clock.now()]);
    const [kept = ""] = await say(shop, id, ["restricted"]);
    await shop.sent();
    expect((await shop.read(kept)).error?.code).toBe("message.contact_restricted");
    expect(sim.messages({ phoneNumberId: shop.phoneNumberId })).toEqual([]);
  });
});

describe("the operator", () => {
  const noticesOf = async (shop: Shop): Promise<string[]> => {
    const { body } = await shop.workspace.owner.api.get<{ data: { topic: string }[] }>("/v1/me/notifications");
    return body.data.map(({ topic }) => topic);
  };
  const trailOf = async (shop: Shop): Promise<string[]> => {
    const { body } = await shop.api.get<{ data: { action: string }[] }>("/v1/audit-entries?limit=5");
    return body.data.map(({ action }) => action);
  };

  test("suspends a workspace: nothing of it goes out, what waits and what comes in stays, others send on, and it is in the trail; resumed, all goes [GEN-14]", async () => {
    const other = await givenShop(t, sim, "key");
    const { id } = await other.hears({ person: "wanjiru", text: "hi" });
    const shop = await givenShop(t, sim, "key");
    const [mine] = await sendTo(shop, ["+60123450001"]);
    await shop.sent();
    expect(reached(shop)).toEqual(["60123450001"]);
    const waits = { scheduledAt: new Date(t.clock.ms() + 30_000).toISOString() };
    expect((await sendTo(shop, ["+60123450002"], waits))[0]?.status).toBe(202);
    const inShop = { workspaceIds: [shop.workspace.id] };
    const suspended = { workspaceId: shop.workspace.id, reason: "spam" } as const;
    expect(await t.app.db.tx(inShop, (tx) => suspendWorkspace(t.app, tx, suspended))).toBe(true);
    expect(await t.app.db.tx(inShop, (tx) => suspendWorkspace(t.app, tx, suspended))).toBe(false);
    const [refused] = await sendTo(shop, ["+60123450003"]);
    expect([refused?.status, refused?.body]).toEqual([403, expect.objectContaining({ code: "workspace.suspended" })]);
    expect(mine?.status).toBe(202);
    await say(other, id, ["still here"]);
    await t.app.drain?.idle();
    t.clock.advance(60_000);
    await t.app.drain?.idle();
    expect([reached(shop), texts(other)]).toEqual([["60123450001"], ["still here"]]);
    const heard = await shop.hears({ person: "layla", text: "is anybody there?" });
    expect(await shop.thread(heard.id)).toHaveLength(1);
    expect((await trailOf(shop))[0]).toBe("workspace.suspended");
    expect(await noticesOf(shop)).toEqual(["workspace_suspended"]);
    expect(await noticesOf(other)).toEqual([]);
    expect(await t.app.db.tx(inShop, (tx) => resumeWorkspace(t.app, tx, shop.workspace.id))).toBe(true);
    await t.app.drain?.idle();
    expect(reached(shop)).toEqual(["60123450001", "60123450002"]);
    expect((await trailOf(shop))[0]).toBe("workspace.resumed");
  });

  test.each([
    [{ sent: 49, failed: 49, unwanted: 49, people: 49, strangers: 49 }, 0],
    [{ sent: 1000, failed: 0, unwanted: 0, people: 900, strangers: 0 }, 0],
    [{ sent: 1000, failed: 50, unwanted: 0, people: 1000, strangers: 500 }, 16],
    [{ sent: 100, failed: 34, unwanted: 5, people: 100, strangers: 0 }, 80],
    [{ sent: 5000, failed: 2500, unwanted: 500, people: 5000, strangers: 5000 }, 100],
  ])("%o scores %d [GEN-14]", (sending, score) => {
    expect(scoreOf(sending)).toBe(score);
  });

  test("is alarmed once a day by a workspace whose messages are not wanted, on counts alone [GEN-14]", async () => {
    const [bad, good] = [await givenShop(t, sim, "key"), await givenShop(t, sim, "key")];
    const people = Array.from({ length: 60 }, (_, n) => `+6012346${String(n).padStart(4, "0")}`);
    await sendTo(good, people);
    await good.sent();
    sim.fault({ kind: "error", code: 131050, times: people.length, accept: false });
    await sendTo(bad, people);
    await t.app.drain?.idle();
    for (let runs = 0; runs < 2; runs++) await scoreSending(t.app);
    const { rows } = await t.admin.query<{ workspace_id: string; score: number; sent: number; unwanted: number }>(
      "select workspace_id, score, sent, unwanted, strangers from abuse_score where workspace_id = any ($1)",
      [[bad.workspace.id, good.workspace.id]],
    );
    const byId = new Map(rows.map((row) => [row.workspace_id, row]));
    expect(byId.get(bad.workspace.id)).toMatchObject({ score: 81, sent: 60, unwanted: 60, strangers: 60 });
    expect(byId.get(good.workspace.id)).toMatchObject({ score: 1, sent: 60, unwanted: 0, strangers: 60 });
    expect((await trailOf(bad)).filter((action) => action === "workspace.abuse_suspected")).toHaveLength(1);
    expect(await noticesOf(bad)).toEqual(["abuse_suspected"]);
    expect(await noticesOf(good)).toEqual([]);
    t.clock.advance(3_600_000);
    await scoreSending(t.app);
    expect(await noticesOf(bad)).toEqual(["abuse_suspected"]);
    // nothing of what was said has a part in it
    const { rows: code } = await t.admin.query<{ text: string }>(
      "select pg_get_functiondef('kw.sending_since'::regproc) as text",
    );
    expect(code[0]?.text).toContain("m.status");
    expect(code[0]?.text).not.toMatch(/content|token|caption|provider_message/);
  });
});
