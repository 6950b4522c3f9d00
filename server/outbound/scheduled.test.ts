import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Shop } from "../test/shop.ts";
import { startDrain } from "./drain.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());
afterEach(() => sim.clearFaults());

const hour = 3_600_000;
const day = 24 * hour;
const inMs = (ms: number): string => new Date(t.clock.ms() + ms).toISOString();
const arrived = (shop: Shop): string[] =>
  sim.messages({ phoneNumberId: shop.phoneNumberId, direction: "out" }).map((message) => message.text);

/** A shop asked with a key: a browser's login ends when the clock is moved far. */
async function given() {
  const shop = await givenShop(t, sim, "key");
  const { id: conversationId, contact } = await shop.hears({ person: "wanjiru", text: "hi" });
  const say = async (text: string, delayMs?: number) => {
    const scheduledAt = delayMs === undefined ? {} : { scheduledAt: inMs(delayMs) };
    const answer = await shop.send({ conversationId, type: "text", text, ...scheduledAt });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return answer.body;
  };
  return { shop, conversationId, contact, say };
}

describe("a scheduled message", () => {
  test("goes when its time has come, not before, and says until then when that is", async () => {
    const { shop, say } = await given();
    const message = await say("later", hour);
    expect(message).toMatchObject({ status: "queued", scheduledAt: inMs(hour) });
    t.clock.advance(hour - 1);
    await shop.sent();
    expect(arrived(shop)).toEqual([]);
    t.clock.advance(1);
    await shop.sent();
    expect(arrived(shop)).toEqual(["later"]);
    expect((await shop.read(message.id)).status).toBe("delivered");
  });

  test("whose time is over goes at once, as if it had none", async () => {
    const { shop, say } = await given();
    for (const message of [await say("now", 0), await say("an hour ago", -hour)])
      expect(message.scheduledAt).toBeUndefined();
    await shop.sent();
    expect(arrived(shop)).toEqual(["now", "an hour ago"]);
  });

  test("may be a year ahead and not a moment more; a time that is none is refused", async () => {
    const { shop, contact } = await given();
    const template = { type: "template", template: { name: "hello_world", language: "en_US" } };
    const to = { channelId: shop.channelId, to: { contactId: contact.id } };
    expect((await shop.send({ ...to, ...template, scheduledAt: inMs(365 * day) })).status).toBe(202);
    const far = await shop.send({ ...to, ...template, scheduledAt: inMs(365 * day + 1) });
    expect(far).toMatchObject({ status: 409, body: { code: "message.unsupported" } });
    for (const scheduledAt of ["tomorrow", "2026-13-01T00:00:00Z", "2026-03-03T10:00:00"]) {
      const answer = await shop.send({ ...to, ...template, scheduledAt });
      expect(answer, scheduledAt).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    }
    // with any offset it is the same moment
    const offset = await shop.send({ ...to, ...template, scheduledAt: "2026-06-01T12:00:00+02:00" });
    expect(offset.body.scheduledAt).toBe("2026-06-01T10:00:00.000Z");
  });

  test("stands in its conversation where its time is: others pass it, and equal times keep the order of asking", async () => {
    const { shop, say } = await given();
    await say("third", 2 * hour);
    await say("first", hour);
    await say("second", hour);
    await say("at once");
    await shop.sent();
    expect(arrived(shop)).toEqual(["at once"]);
    t.clock.advance(3 * hour);
    await say("asked after them");
    await shop.sent();
    expect(arrived(shop)).toEqual(["at once", "first", "second", "third", "asked after them"]);
  });

  test("is cancelled until it is handed over, and then either cancelled or sent, never both", async () => {
    const { shop, say } = await given();
    const outcomes: string[] = [];
    for (let n = 0; n < 10; n++) {
      const message = await say(`race ${n}`, 1000);
      t.clock.advance(1000);
      t.app.drain?.wake();
      const cancelled = await shop.api.delete<{ code?: string }>(`/v1/messages/${message.id}`);
      await shop.sent();
      const { status } = await shop.read(message.id);
      const wasSent = arrived(shop).includes(`race ${n}`);
      expect([cancelled.status, wasSent, status === "failed"]).toEqual(
        wasSent ? [409, true, false] : [200, false, true],
      );
      if (wasSent) expect(cancelled.body.code).toBe("message.not_cancellable");
      outcomes.push(wasSent ? "sent" : "cancelled");
    }
    expect(outcomes).toHaveLength(10);
  });

  test("outlives the process that took it: another one sends it, once", async () => {
    const { shop, say } = await given();
    const message = await say("across a restart", hour);
    await t.app.drain?.[Symbol.asyncDispose]();
    t.clock.advance(2 * hour);
    const drains = [startDrain(t.app), startDrain(t.app)];
    await Promise.all(drains.map((drain) => drain.idle()));
    await sim.settled();
    expect(arrived(shop)).toEqual(["across a restart"]);
    expect((await shop.read(message.id)).status).toBe("delivered");
    await Promise.all(drains.map((drain) => drain[Symbol.asyncDispose]()));
    t.app.drain = startDrain(t.app);
  });
});

describe("the service window", () => {
  test("is looked at for the planned time when a message is accepted", async () => {
    const { shop, conversationId } = await given();
    const body = { conversationId, type: "text", text: "too late" };
    expect((await shop.send({ ...body, scheduledAt: inMs(23 * hour) })).status).toBe(202);
    const closed = await shop.send({ ...body, scheduledAt: inMs(25 * hour) });
    expect(closed).toMatchObject({ status: 409, body: { code: "message.window_closed" } });
  });

  test("is looked at again when it is sent: what an outage held up beyond it fails in words, and the provider is not asked [MSJ-02]", async () => {
    const { shop, say } = await given();
    sim.configure({ enforceWindow: false });
    sim.fault({ kind: "error", code: 131000, times: 100, accept: false });
    const message = await say("held up", 23 * hour);
    t.clock.advance(23 * hour);
    await shop.sent();
    expect((await shop.read(message.id)).status).toBe("queued");
    sim.clearFaults();
    t.clock.advance(2 * hour);
    await shop.sent();
    expect(await shop.read(message.id)).toMatchObject({ status: "failed", error: { code: "message.window_closed" } });
    expect(arrived(shop)).toEqual([]);
    sim.configure({ enforceWindow: true });
  });

  test("opens anew when the person writes meanwhile, and is none for a template", async () => {
    const { shop, say, contact } = await given();
    sim.fault({ kind: "error", code: 131000, times: 100, accept: false });
    await say("held up", 23 * hour);
    t.clock.advance(23 * hour);
    await shop.sent();
    expect(arrived(shop)).toEqual([]);
    sim.clearFaults();
    await shop.hears({ person: "wanjiru", text: "still there?" });
    const template = { type: "template", template: { name: "hello_world", language: "en_US" } };
    const to = { channelId: shop.channelId, to: { contactId: contact.id } };
    await shop.send({ ...to, ...template, scheduledAt: inMs(30 * hour) });
    t.clock.advance(2 * hour);
    await shop.sent();
    expect(arrived(shop)).toEqual(["held up"]);
    t.clock.advance(28 * hour);
    await shop.sent();
    expect(arrived(shop)).toHaveLength(2);
  });
});
