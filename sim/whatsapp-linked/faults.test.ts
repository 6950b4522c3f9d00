import { expect, test } from "vitest";
import { startWhatsappLinked } from "./server.ts";
import { linkedClient, refusalOf, statusOf, textsOf } from "./test-client.ts";

const phone = "15550001111";
const person = "14155550123";
const personJid = `${person}@s.whatsapp.net`;

test("a message that cannot be decrypted is asked for again and then read, once", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.says({ person, to: phone, text: "warm up" });
  sim.fault({ kind: "undecryptable", phone });
  const { id } = await sim.says({ person, to: phone, text: "garbled at first" });
  await client.until((one) => textsOf(one).includes("garbled at first"), "the second form");
  expect(sim.answers({ phone }).filter((one) => one["id"] === id && one["type"] === "retry")).toHaveLength(1);
  await sim.says({ person, to: phone, text: "and on" });
  await client.until((one) => textsOf(one).includes("and on"), "the next one");
  await sim.settled();
  expect(textsOf(client)).toEqual(["warm up", "garbled at first", "and on"]);
});

test("a person whose phone cannot read asks again, and gets it under a new session with the same id", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await client.sock.sendMessage(personJid, { text: "warm up" });
  await sim.waitForReceived({ person, text: "warm up" });
  sim.asksAgain({ person, times: 2 });
  const sent = await client.sock.sendMessage(personJid, { text: "again, please" });
  const found = await sim.waitForReceived({ person, text: "again, please" });
  expect(found).toMatchObject({ id: sent?.key.id, encryption: "pkmsg" });
  await client.until((one) => statusOf(one, sent?.key.id) === 3, "the delivery");
});

test("a member of a group whose phone cannot read asks again", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const { jid } = sim.createGroup({ creator: person, subject: "Club", members: [phone] });
  sim.asksAgain({ person });
  const sent = await client.sock.sendMessage(jid, { text: "to the group" });
  const found = await sim.waitForReceived({ person, text: "to the group" });
  expect(found.id).toBe(sent?.key.id);
  sim.fault({ kind: "undecryptable", phone });
  await sim.says({ person, to: jid, text: "from the group" });
  await client.until((one) => textsOf(one).includes("from the group"), "the second form");
});

test("a person with a new phone is written to under new keys", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await client.sock.sendMessage(personJid, { text: "to the old phone" });
  await sim.waitForReceived({ person, text: "old" });
  sim.reinstalls({ person });
  const sent = await client.sock.sendMessage(personJid, { text: "to the new phone" });
  const found = await sim.waitForReceived({ person, text: "new" });
  expect(found.id).toBe(sent?.key.id);
  await sim.says({ person, to: phone, text: "hello from it" });
  await client.until((one) => textsOf(one).includes("hello from it"), "the answer");
});

test("stanzas are doubled, delayed, put out of order and delivered again, as told and no more", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.says({ person, to: phone, text: "zero" });
  await client.until((one) => textsOf(one).includes("zero"), "a session");
  sim.fault({ kind: "reorder", phone });
  await sim.says({ person, to: phone, text: "one" });
  await sim.says({ person, to: phone, text: "two" });
  await client.until((one) => textsOf(one).length === 3, "both");
  expect(textsOf(client)).toEqual(["zero", "two", "one"]);

  sim.fault({ kind: "delay", phone, ms: 30 });
  await sim.says({ person, to: phone, text: "late" });
  await sim.says({ person, to: phone, text: "early" });
  await client.until((one) => textsOf(one).length === 5, "both");
  expect(textsOf(client).slice(3)).toEqual(["early", "late"]);

  // the ratchet has moved on: the second copy is refused as used (487), which is what loses messages after a crash
  const refused = (id: string) => sim.answers({ phone }).filter((one) => one["id"] === id && one["error"] === "487");
  sim.fault({ kind: "duplicate", phone });
  const doubled = await sim.says({ person, to: phone, text: "twice" });
  await client.until((one) => textsOf(one).includes("twice"), "the doubled one");
  await sim.waitForAnswer({ phone, id: doubled.id, error: "487" });
  await sim.settled();
  const again = await sim.says({ person, to: phone, text: "redelivered" });
  await client.until((one) => textsOf(one).includes("redelivered"), "it");
  await sim.settled();
  sim.redeliver({ phone, messageId: again.id });
  await sim.waitForAnswer({ phone, id: again.id, error: "487" });
  expect([refused(doubled.id).length, refused(again.id).length]).toEqual([1, 1]);
});

test("the server refuses, swallows, forgets to acknowledge, or acknowledges late", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const send = async (text: string) => (await client.sock.sendMessage(personJid, { text }))?.key.id ?? "";
  const refused = async (code: number) => {
    sim.fault({ kind: "nack", code, phone });
    const id = await send(`refused ${code}`);
    expect(await client.until((one) => refusalOf(one, id), "the refusal")).toBe(String(code));
    return id;
  };
  const ids = [await refused(463), await refused(479)];
  expect(sim.refusals().map((one) => one.id)).toEqual(ids);
  sim.fault({ kind: "swallow", phone });
  const lost = await send("lost");
  sim.fault({ kind: "unacked", phone });
  await send("unacked");
  sim.fault({ kind: "slow_ack", phone, ms: 20 });
  await send("slow");
  await sim.waitForReceived({ person, text: "slow" });
  expect(sim.received({ person }).map((one) => one.text)).toEqual(["unacked", "slow"]);
  expect(statusOf(client, lost)).toBeLessThan(3);
});

test("a restricted account may answer, but not start; the client learns of it at once and on asking", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.says({ person, to: phone, text: "I know you" });
  sim.timelock({ phone, seconds: 600 });
  await client.until((one) => one.events.some((event) => event["connection.update"]?.reachoutTimeLock?.isActive), "it");
  await client.sock.sendMessage(personJid, { text: "an answer" });
  await sim.waitForReceived({ person, text: "an answer" });
  const cold = await client.sock.sendMessage("14155550777@s.whatsapp.net", { text: "cold" });
  await client.until((one) => refusalOf(one, cold?.key.id), "the refusal");
  expect(sim.refusals()).toMatchObject([{ code: 463, id: cold?.key.id }]);
  expect(await client.sock.fetchAccountReachoutTimelock()).toMatchObject({
    isActive: true,
    enforcementType: "BIZ_QUALITY",
  });
  sim.timelock({ phone, isActive: false });
  expect(await client.sock.fetchAccountReachoutTimelock()).toMatchObject({ isActive: false });

  sim.chatCap({ phone, total: 1 });
  await client.until((one) => one.events.some((event) => event["message-capping.update"]), "the cap");
  await client.sock.sendMessage("14155550778@s.whatsapp.net", { text: "the only one" });
  await sim.waitForReceived({ person: "14155550778", text: "the only one" });
  expect(await client.sock.fetchNewChatMessageCap()).toMatchObject({
    total_quota: 1,
    used_quota: 1,
    capping_status: "CAPPED",
  });
  const second = await client.sock.sendMessage("14155550779@s.whatsapp.net", { text: "one too many" });
  await client.until((one) => refusalOf(one, second?.key.id), "the refusal");
});

test("a device brings new one-time keys when few are left, and settings of chats are kept for its siblings", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.settled();
  const [before] = sim.phone({ phone }).devices;
  expect(before?.preKeys).toBeGreaterThanOrEqual(800);
  sim.dropKeys({ phone, left: 5 });
  await sim.says({ person: "14155550700", to: phone, text: "takes one" });
  await client.until((one) => textsOf(one).includes("takes one"), "it");
  await sim.waitForKeys({ phone, atLeast: 9 });

  await using sibling = await linkedClient(sim, phone);
  await client.sock.chatModify({ pin: true }, personJid);
  await sibling.until(
    (one) => one.events.some((event) => event["chats.update"]?.some(({ id, pinned }) => id === personJid && pinned)),
    "the pinned chat",
  );
  expect(sim.unknown()).toEqual([]);
});

test("a seed repeats ids, references and the root key", async () => {
  const ids: string[][] = [];
  for (let run = 0; run < 2; run++) {
    await using sim = await startWhatsappLinked({ seed: "s" });
    const { id } = await sim.says({ person, to: phone, text: "x" });
    ids.push([sim.trust.noiseRootPublicKey, id]);
  }
  expect(ids[0]).toEqual(ids[1]);
  await using other = await startWhatsappLinked();
  expect(other.trust.noiseRootPublicKey).not.toBe(ids[0]?.[0]);
});
