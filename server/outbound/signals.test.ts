import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Shop } from "../test/shop.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const signal = async (shop: Shop, id: string, kind: string): Promise<unknown> => {
  const { status, body } = await shop.api.post<{ isSent: boolean }>(`/v1/conversations/${id}/signals`, { kind });
  await t.app.signals.idle();
  return status === 202 ? body.isSent : status;
};
const isRead = (shop: Shop): (boolean | undefined)[] =>
  sim.messages({ direction: "in", phoneNumberId: shop.phoneNumberId }).map((message) => message.readByBusiness);
const set = async (shop: Shop, readReceipts: string): Promise<void> => {
  const { body } = await shop.api.patch(`/v1/channels/${shop.channelId}`, { readReceipts });
  expect(body["readReceipts"]).toBe(readReceipts);
  await t.app.channels.reload(shop.channelId);
};
const typed = (): number => sim.typing().length;

test("by default people see that they were read when they are answered, not when someone looks", async () => {
  const shop = await givenShop(t, sim);
  const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
  expect(await signal(shop, id, "read")).toBe(false);
  expect(isRead(shop)).toEqual([undefined]);
  await shop.send({ conversationId: id, type: "template", template: { name: "hello_world", language: "en_US" } });
  await shop.sent();
  await t.app.signals.idle();
  expect(isRead(shop)).toEqual([undefined]);
  await shop.send({ conversationId: id, type: "text", text: "hello" });
  await shop.sent();
  await t.app.signals.idle();
  expect(isRead(shop)).toEqual([true]);
});

test("with on_open they see it when the conversation is opened, and the newest message counts", async () => {
  const shop = await givenShop(t, sim);
  await set(shop, "on_open");
  const { id } = await shop.hears({ person: "wanjiru", text: "one" });
  expect(await signal(shop, id, "read")).toBe(true);
  expect(isRead(shop)).toEqual([true]);
  await shop.hears({ person: "wanjiru", text: "two" });
  expect(isRead(shop)[1]).toBeUndefined();
  await signal(shop, id, "read");
  expect(isRead(shop)).toEqual([true, true]);
});

test("with never they see neither reading nor typing, not even after an answer", async () => {
  const shop = await givenShop(t, sim);
  await set(shop, "never");
  const { id } = await shop.hears({ person: "wanjiru", text: "hi" });
  expect([await signal(shop, id, "read"), await signal(shop, id, "typing")]).toEqual([false, false]);
  await shop.send({ conversationId: id, type: "text", text: "hello" });
  await shop.sent();
  await t.app.signals.idle();
  expect(isRead(shop)).toEqual([undefined]);
});

test("typing is passed on at most every 20 seconds, and a provider that fails harms nothing", async () => {
  const shop = await givenShop(t, sim);
  const { id } = await shop.hears({ person: "pavel", text: "hi" });
  const before = typed();
  await signal(shop, id, "typing");
  await signal(shop, id, "typing");
  expect(typed() - before).toBe(1);
  t.clock.advance(21_000);
  await signal(shop, id, "typing");
  expect(typed() - before).toBe(2);
  t.clock.advance(21_000);
  sim.configure({ accessTokens: [] });
  expect(await signal(shop, id, "typing")).toBe(true);
  sim.configure({ accessTokens: [sim.accessToken] });
  expect(typed() - before).toBe(2);
});

test("signals are for those who may see the channel", async () => {
  const other = await givenShop(t, sim);
  const shop = await givenShop(t, sim);
  const { id } = await shop.hears({ person: "mei", text: "hi" });
  expect((await other.api.post(`/v1/conversations/${id}/signals`, { kind: "read" })).status).toBe(404);
  expect((await shop.api.post(`/v1/conversations/${id}/signals`, { kind: "dancing" })).status).toBe(400);
});
