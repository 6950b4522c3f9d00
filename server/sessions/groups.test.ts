import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { Page } from "../test/shop.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const testing = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const [ada, ben] = ["14155550301", "14155550302"] as const;
let linked: LinkedPhone;

beforeAll(async () => {
  const owner = await testing.given.workspace();
  linked = await givenLinkedPhone(owner, owner.api, sim, { pace: { perSecond: 200, perContactMs: 0 } });
  await linked.pair();
});

const withText = (text: string) =>
  eventually(
    async () => (await linked.conversations()).find(({ lastMessage }) => lastMessage?.text === text),
    `a conversation with ${text}`,
  );

test("a group is one conversation with its name; its members are told apart, and an answer reaches them all", async () => {
  sim.addPhone({ phone: ada, name: "Ada" });
  sim.addPhone({ phone: ben, name: "Ben" });
  const { jid } = sim.createGroup({ creator: ada, subject: "Bakers", members: [ben, linked.phone] });
  await sim.says({ person: ada, to: jid, text: "Who has flour?" });
  const first = await withText("Who has flour?");
  await sim.says({ person: ben, to: jid, text: "I have" });
  const group = await withText("I have");
  expect(group.id).toBe(first.id);
  expect(group.contact).toMatchObject({ isGroup: true });
  await eventually(
    async () => (await linked.conversations()).some(({ id, contact }) => id === group.id && contact.name === "Bakers"),
    "the group's name",
  );
  const sent = await linked.send({ conversationId: group.id, type: "text", text: "Tomorrow at six" });
  expect(sent.status).toBe(202);
  for (const person of [ada, ben]) await sim.waitForReceived({ person, text: "Tomorrow at six" });
  await eventually(async () => (await linked.read(sent.body.id)).status === "delivered" || undefined, "delivery");
});

test("a reply and a reaction in a group name the member they mean", async () => {
  const group = (await linked.conversations()).find(({ contact }) => contact.isGroup);
  if (!group) throw new Error("no group");
  const question = (await linked.thread(group.id)).find(({ text }) => text === "Who has flour?");
  await linked.send({ conversationId: group.id, type: "text", text: "Ask Ben", replyTo: question?.id });
  const reply = await sim.waitForReceived({ person: ada, text: "Ask Ben" });
  const context = (
    reply.message as { extendedTextMessage?: { contextInfo?: { participant?: string; stanzaId?: string } } }
  ).extendedTextMessage?.contextInfo;
  expect(context).toMatchObject({ stanzaId: question?.providerMessageId, participant: expect.stringMatching(/@lid$/) });
  await linked.send({ conversationId: group.id, type: "reaction", reaction: { messageId: question?.id, emoji: "👍" } });
  await eventually(
    () => sim.messages({ id: question?.providerMessageId ?? "" })[0]?.reactions.length === 1,
    "the reaction",
  );
});

test("what the owner writes on the phone is shown as written there", async () => {
  await sim.says({ person: linked.phone, to: ada, text: "From my own phone" });
  const conversation = await withText("From my own phone");
  const [message] = await linked.thread(conversation.id);
  expect(message).toMatchObject({ direction: "outbound", author: { kind: "phone_app" } });
});

test("history is taken over as far as was chosen, and notifies nobody; whoever else the phone knows is not stored [ONE-17 ONE-24]", async () => {
  const owner = await testing.given.workspace();
  const other = await givenLinkedPhone(owner, owner.api, sim);
  const dayMs = 86_400_000;
  const at = (days: number): number => testing.clock.ms() - days * dayMs;
  sim.addPhone({ phone: other.phone });
  sim.pastMessages({
    messages: [
      { from: ada, to: other.phone, text: "last week", at: at(7) },
      { from: ada, to: other.phone, text: "two months ago", at: at(60) },
      // the phone tells their name to whoever is linked
      { from: "14155550166", to: other.phone, text: "of old", at: at(60) },
    ],
  });
  const path = `/v1/channels/${other.channelId}/session`;
  const { body } = await other.api.post<{ version: string }>(path, { method: "qr" });
  await other.api.post(path, { method: "qr", historyDays: 30, acknowledgement: body.version });
  const { qr = "" } = await other.reaches("pairing", (view) => view.qr !== undefined);
  await sim.scan({ phone: other.phone, qr });
  const [conversation] = await eventually(async () => {
    const all = await other.conversations();
    return all.length > 0 ? all : undefined;
  }, "the past");
  if (!conversation) throw new Error("no conversation");
  expect((await other.thread(conversation.id)).map(({ text }) => text)).toEqual(["last week"]);
  expect(conversation.unreadCount).toBe(0);
  const { body: people } = await other.api.get<{ data: { id: string }[] }>("/v1/contacts");
  expect(people.data.map(({ id }) => id)).toEqual([conversation.contact.id]);
});

test("what became of past messages comes along: edits, votes and reactions, each by whoever did it; groups are listed, silent ones too", async () => {
  const owner = await testing.given.workspace();
  const other = await givenLinkedPhone(owner, owner.api, sim);
  sim.addPhone({ phone: other.phone });
  const { jid } = sim.createGroup({ creator: ada, subject: "Choir", members: [ben, other.phone] });
  sim.createGroup({ creator: ada, subject: "Nobody spoke yet", members: [other.phone] });
  const changed = await sim.says({ person: ada, to: other.phone, text: "At seven" });
  await sim.says({ person: ada, to: other.phone, edit: { messageId: changed.id, text: "At eight" } });
  await sim.says({ person: ben, to: other.phone, text: "Which one?" });
  const poll = await sim.says({
    person: other.phone,
    to: jid,
    poll: { question: "Which song?", options: ["Alpha", "Beta"] },
  });
  await sim.says({ person: ada, to: jid, vote: { messageId: poll.id, options: ["Beta"] } });
  await sim.says({ person: ben, to: jid, reaction: { messageId: poll.id, emoji: "🎶" } });
  const { notice } = await other.session();
  const path = `/v1/channels/${other.channelId}/session`;
  await other.api.post(path, { method: "qr", historyDays: 30, acknowledgement: notice?.version });
  const { qr = "" } = await other.reaches("pairing", (view) => view.qr !== undefined);
  await sim.scan({ phone: other.phone, qr });
  const find = async (id: string) => {
    for (const conversation of await other.conversations())
      for (const message of await other.thread(conversation.id)) if (message.providerMessageId === id) return message;
    return undefined;
  };
  const voted = await eventually(async () => {
    const found = await find(poll.id);
    return found && (found.poll?.votes.length ?? 0) > 0 && found.reactions.length > 0 ? found : undefined;
  }, "the vote and the reaction");
  expect(voted.poll?.votes).toMatchObject([{ options: ["Beta"] }]);
  expect(voted.reactions).toMatchObject([{ emoji: "🎶" }]);
  const phoneOf = async (contactId = "") =>
    (
      await other.api.get<{ identities: { kind: string; value: string }[] }>(`/v1/contacts/${contactId}`)
    ).body.identities.find(({ kind }) => kind === "phone")?.value;
  const names = [await phoneOf(voted.poll?.votes[0]?.from), await phoneOf(voted.reactions[0]?.from)];
  expect(names).toEqual([`+${ada}`, `+${ben}`]);
  expect(await find(changed.id)).toMatchObject({ text: "At eight", editedAt: expect.any(String) });
  for (const { unreadCount } of await other.conversations()) expect(unreadCount).toBe(0);

  const groups = await eventually(async () => {
    const { body } = await other.api.get<Page<{ id: string; name: string }>>("/v1/contacts?isGroup=true");
    return body.data.length === 2 && body.data;
  }, "the groups");
  expect(groups.map(({ name }) => name).toSorted()).toEqual(["Choir", "Nobody spoke yet"]);
  const contactId = groups.find(({ name }) => name === "Nobody spoke yet")?.id;
  await other.send({ channelId: other.channelId, to: { contactId }, type: "text", text: "Then I do" });
  await sim.waitForReceived({ person: ada, text: "Then I do", timeoutMs: 30_000 });
});
