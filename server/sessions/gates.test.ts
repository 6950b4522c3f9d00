import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp } from "../test/app.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";
import { newChatsOn } from "./first-contacts.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const testing = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const pace = { pace: { perSecond: 200, perContactMs: 0 } };
let owner: Awaited<ReturnType<typeof testing.given.workspace>>;
let linked: LinkedPhone;

beforeAll(async () => {
  owner = await testing.given.workspace();
  linked = await givenLinkedPhone(owner, owner.api, sim, pace);
  await linked.pair();
});

const stranger = (n: number): string => `1415556${String(1000 + n)}`;
const writeTo = async (n: number, text = `hello ${n}`): Promise<string> => {
  const sent = await linked.send({ channelId: linked.channelId, to: `+${stranger(n)}`, type: "text", text });
  expect(sent.status).toBe(202);
  return sent.body.id;
};
const isSent = async (id: string) => !["queued", "failed"].includes((await linked.read(id)).status);
const allSent = (ids: string[]) =>
  eventually(async () => (await Promise.all(ids.map(isSent))).every(Boolean) || undefined, "all messages sent");

test("a fresh number may write to a few strangers a day; the rest wait, people who wrote are answered at once", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 12; n++) ids.push(await writeTo(n));
  await eventually(
    async () => (await Promise.all(ids.map(isSent))).filter(Boolean).length === 10 || undefined,
    "ten sent",
  );
  await testing.app.drain?.idle();
  const states = await Promise.all(ids.map(isSent));
  expect(states.filter(Boolean)).toHaveLength(10);

  await sim.says({ person: "14155550123", to: linked.phone, text: "Are you there?" });
  const conversation = await eventually(
    async () => (await linked.conversations()).find(({ lastMessage }) => lastMessage?.text === "Are you there?"),
    "the question",
  );
  const answer = await linked.send({ conversationId: conversation.id, type: "text", text: "We are" });
  await allSent([answer.body.id]);

  testing.clock.advance(25 * 3_600_000);
  testing.app.drain?.wake();
  await allSent(ids);
});

test("a number that is not there is refused before anything is sent to it", async () => {
  sim.addPhone({ phone: stranger(90), isOnWhatsApp: false });
  const id = await writeTo(90);
  const failed = await eventually(async () => {
    const message = await linked.read(id);
    return message.status === "failed" ? message : undefined;
  }, "refusal");
  expect(failed.error?.code).toBe("message.recipient_unreachable");
});

test("while the network closes new chats the session says so and strangers wait; conversations go on", async () => {
  sim.timelock({ phone: linked.phone });
  const view = await linked.reaches("restricted");
  expect(view).toMatchObject({ reason: "time_lock", restrictedUntil: expect.any(String) });
  const waiting = await writeTo(91);
  const [conversation] = await linked
    .conversations()
    .then((all) => all.filter(({ lastMessage }) => lastMessage?.text === "We are"));
  const answer = await linked.send({ conversationId: conversation?.id, type: "text", text: "Still here" });
  await allSent([answer.body.id]);
  await testing.app.drain?.idle();
  expect(await isSent(waiting)).toBe(false);

  sim.timelock({ phone: linked.phone, isActive: false });
  await linked.reaches("connected");
  testing.clock.advance(3_700_000);
  testing.app.drain?.wake();
  await allSent([waiting]);
});

test("the budget grows by the day up to its limit", () => {
  const budget = { firstDay: 10, dailyMore: 10, atMost: 200 };
  expect([0, 0.9, 1, 5, 19, 400].map((days) => newChatsOn(days, budget))).toEqual([10, 10, 20, 60, 200, 200]);
});
