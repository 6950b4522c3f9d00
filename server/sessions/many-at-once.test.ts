// Several people and several phones at once: what is said arrives, each message once.
import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, expect, test, vi } from "vitest";
import { createTestApp } from "../test/app.ts";
import { eventually, givenLinkedPhone } from "../test/linked-phone.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const testing = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const people = Array.from({ length: 5 }, (_, n) => `1415555040${n}`);
const each = 10;

test("five people write ten messages each to two phones, all at once: everything is stored, and once", async () => {
  const workspace = await testing.given.workspace();
  const phones = [1, 2].map(() => givenLinkedPhone(workspace, workspace.owner.api, sim));
  const linked = await Promise.all(phones);
  await Promise.all(linked.map((phone) => phone.pair()));
  const chats = linked.flatMap(({ phone }) => people.map((person) => ({ person, to: phone })));
  const stored = async () => {
    const counted = "select count(*)::int as n from message where direction = 'inbound'";
    return (await testing.admin.query<{ n: number }>(counted)).rows[0]?.n;
  };
  const wanted = Array.from({ length: each }, (_, n) => `${n}`);
  await Promise.all(
    chats.map(async (chat) => {
      for (const text of wanted) await sim.says({ ...chat, text });
    }),
  );
  await eventually(async () => (await stored()) === chats.length * each, "all in the database");
  const [one] = linked;
  const conversations = (await one?.conversations()) ?? [];
  expect(conversations).toHaveLength(chats.length);
  for (const { id } of conversations) {
    const texts = (await one?.thread(id))?.map(({ text }) => text);
    expect(texts?.toSorted()).toEqual(wanted);
  }
});
