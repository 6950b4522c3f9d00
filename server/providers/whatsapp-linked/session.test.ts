import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { createSafeFetch, type SafeFetch } from "../../platform/safe-fetch.ts";
import { memorySession, type MemorySession } from "../../test/memory-session.ts";
import type { InboundEvent } from "../inbound-event.ts";
import type { LiveSession, SessionEntry } from "../provider.ts";
import type { LinkedLink } from "./settings.ts";
import { whatsappLinked } from "./whatsapp-linked.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

let sim: WhatsAppLinkedSim;
let http: SafeFetch;
const friend = "14155550123";
const never = new AbortController().signal;

beforeAll(async () => {
  sim = await startWhatsappLinked();
  http = createSafeFetch({ privateOrigins: [sim.url] });
});
afterAll(async () => {
  await http.close();
  await sim[Symbol.asyncDispose]();
});

const link = (): LinkedLink => ({
  ...{ channelId: "chn_test", settings: { apiBaseUrl: sim.url }, secrets: {}, http, agentFor: http.agentFor },
  clock: { now: () => new Date() },
});

function open(session: MemorySession, entry: SessionEntry): Promise<LiveSession> {
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  return receive.open(link(), session.ports, { entry, historyDays: 0 });
}

const reported = (session: MemorySession, kind: string) => session.reports.find((report) => report.kind === kind);
const textsOf = (events: readonly InboundEvent[]) =>
  events.flatMap((event) =>
    event.type === "message_received" && event.content.kind === "text" ? [event.content.text] : [],
  );

/** A phone is paired and its device is connected. */
async function linked(phone: string): Promise<{ session: MemorySession; live: LiveSession }> {
  const session = memorySession();
  const pairing = await open(session, { method: "qr" });
  const offer = await session.until(() => reported(session, "pairing"), "offer");
  await sim.scan({ phone, qr: offer.kind === "pairing" ? (offer.qr ?? "") : "" });
  expect(await pairing.ended).toEqual({ kind: "restart" });
  const live = await open(session, { method: "stored" });
  await session.until(() => reported(session, "connected"), "connection");
  return { session, live };
}

test("a phone is linked by QR; what is said arrives, and what is sent is read by its receiver [ONE-15]", async () => {
  const { session, live } = await linked("15550001111");
  await sim.says({ person: friend, to: "15550001111", text: "Hello" });
  await session.until(() => session.events.length === 1, "message");
  expect(session.events).toMatchObject([
    { type: "message_received", sender: { aliases: [{ kind: "wa_lid" }, { kind: "phone", value: `+${friend}` }] } },
  ]);
  const to = { kind: "phone", value: `+${friend}` } as const;
  const message = { to, content: { kind: "text", text: "Welcome" }, callbackData: "msg_1" } as const;
  const receipt = await whatsappLinked.send(link(), message, never);
  await session.until(
    () => session.events.some((event) => event.type === "message_status" && event.status === "delivered"),
    "delivery",
  );
  expect(sim.received({ person: friend }).at(-1)).toMatchObject({ id: receipt.providerMessageId, text: "Welcome" });
  await live.close();
});

test("a phone is linked by a pairing code [ONE-15]", async () => {
  const session = memorySession();
  const pairing = await open(session, { method: "code", phoneNumber: "15550001112" });
  const offer = await session.until(() => reported(session, "pairing"), "code");
  await sim.waitForCodeRequest({ phone: "15550001112" });
  await sim.enterCode({ phone: "15550001112", code: offer.kind === "pairing" ? (offer.pairingCode ?? "") : "" });
  expect(await pairing.ended).toEqual({ kind: "restart" });
});

test("a message that was opened and acknowledged, but not stored when the process died, is told by the next one", async () => {
  const { session, live } = await linked("15550001113");
  session.isDying = true;
  await sim.says({ person: friend, to: "15550001113", text: "Do not lose me" });
  await session.until(() => session.journal.size === 1, "journal entry");
  await live.close();
  const next = memorySession(session);
  const again = await open(next, { method: "stored" });
  await next.until(() => textsOf(next.events).length === 1, "message");
  expect(textsOf(next.events)).toEqual(["Do not lose me"]);
  await next.until(() => next.journal.size === 0, "empty journal");
  await again.close();
});

test("a message that comes twice after a crash is told, not refused as one whose key is used", async () => {
  const { session, live } = await linked("15550001114");
  await sim.says({ person: friend, to: "15550001114", text: "First" });
  await session.until(() => session.events.length === 1, "first message");
  session.isDying = true;
  // the receipt is lost with the process: the network keeps the message for the device
  sim.fault({ kind: "duplicate", phone: "15550001114" });
  await sim.says({ person: friend, to: "15550001114", text: "Twice" });
  await session.until(() => session.journal.size === 1, "journal entry");
  await live.close();
  const next = memorySession(session);
  const again = await open(next, { method: "stored" });
  await next.until(() => textsOf(next.events).includes("Twice"), "message");
  expect(next.events.filter((event) => event.type === "unknown")).toEqual([]);
  await again.close();
});

test("one person writes to two phones of this process at once: what each opened survives a crash of both", async () => {
  const phones = ["15550001118", "15550001119"];
  const [one, other] = await Promise.all(phones.map(linked));
  if (!one || !other) throw new Error("no phones");
  for (const { session } of [one, other]) {
    const { get } = session.ports.store;
    // as a database under load: the other phone's step begins while this one's is under way
    session.ports.store.get = async (kind, ids) => {
      if (kind === "session") await setTimeout(100);
      return get(kind, ids);
    };
    session.isDying = true;
  }
  const said = await Promise.all(phones.map((to) => sim.says({ person: friend, to, text: `To ${to}` })));
  // acknowledged: the network will not bring it again
  await Promise.all(said.map(({ id }, at) => sim.waitForAnswer({ phone: phones[at] ?? "", id, type: "inactive" })));
  for (const [at, { session, live }] of [one, other].entries()) {
    await live.close();
    const next = memorySession(session);
    const again = await open(next, { method: "stored" });
    await next.until(() => textsOf(next.events).length === 1, "message");
    expect(textsOf(next.events)).toEqual([`To ${phones[at]}`]);
    await again.close();
  }
});

test("what one person sends under another's message id settles nothing of theirs", async () => {
  const [phone, id, imitator] = ["15550001120", "3EB0SAMEID", "14155550124"];
  const { session, live } = await linked(phone);
  const { emit } = session.ports;
  const isFirst = (event: InboundEvent) => textsOf([event]).includes("Mine");
  // as if the process died before the first was stored
  const hold = (event: InboundEvent): Promise<void> => (isFirst(event) ? new Promise(() => undefined) : emit(event));
  Object.assign(session.ports, { emit: hold });
  await sim.says({ person: friend, to: phone, text: "Mine", id });
  await session.until(() => session.journal.size === 1, "journal entry");
  await sim.says({ person: imitator, to: phone, text: "Not mine", id });
  await session.until(() => textsOf(session.events).includes("Not mine"), "other message");
  await sim.says({ person: imitator, to: phone, text: "Last" });
  await session.until(() => textsOf(session.events).includes("Last") && session.journal.size === 1, "settled journal");
  await live.close();
  const next = memorySession(session);
  const again = await open(next, { method: "stored" });
  await next.until(() => textsOf(next.events).includes("Mine"), "first message");
  await again.close();
});

test("what was opened and never stored is told without a connection, before its keys end", async () => {
  const phone = "15550001121";
  const { session, live } = await linked(phone);
  session.isDying = true;
  const { id } = await sim.says({ person: friend, to: phone, text: "Before the end" });
  await sim.waitForAnswer({ phone, id, type: "inactive" });
  await live.close();
  const next = memorySession(session);
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  await receive.tellLeft(next.ports);
  expect(next.events).toMatchObject([{ type: "message_received", sender: { aliases: [{ kind: "wa_lid" }, {}] } }]);
  expect(textsOf(next.events)).toEqual(["Before the end"]);
  expect(next.journal.size).toBe(0);
});

test("a stranger's first messages keep their order, though it takes time to learn who they are", async () => {
  const [phone, stranger] = ["15550001122", "14155550125"];
  const { session, live } = await linked(phone);
  const { get } = session.ports.store;
  let isFirst = true;
  session.ports.store.get = async (kind, ids) => {
    // as a database under load: what is read for the first message comes after what is read for the second
    if (kind === "device-list" && isFirst) {
      isFirst = false;
      await setTimeout(300);
    }
    return get(kind, ids);
  };
  for (const text of ["One", "Two", "Three"]) await sim.says({ person: stranger, to: phone, text });
  await session.until(() => textsOf(session.events).length === 3, "three messages");
  expect(isFirst).toBe(false);
  expect(textsOf(session.events)).toEqual(["One", "Two", "Three"]);
  await live.close();
});

test("what a group's members say at once to two phones of this process survives a crash of both", async () => {
  const phones = ["15550001123", "15550001124"];
  const [one, other] = await Promise.all(phones.map(linked));
  if (!one || !other) throw new Error("no phones");
  const people = ["14155550126", "14155550127"];
  for (const person of people) sim.addPhone({ phone: person, name: person });
  const { jid } = sim.createGroup({
    creator: people[0] ?? "",
    subject: "Bakers",
    members: [people[1] ?? "", ...phones],
  });
  const say = (round: number) =>
    Promise.all(people.map((person) => sim.says({ person, to: jid, text: `${person} ${round}` })));
  await say(1);
  for (const { session } of [one, other])
    await session.until(() => textsOf(session.events).length === people.length, "the first round");
  for (const { session } of [one, other]) {
    const { get } = session.ports.store;
    session.ports.store.get = async (kind, ids) => {
      if (kind === "sender-key") await setTimeout(50);
      return get(kind, ids);
    };
    session.isDying = true;
  }
  // ours goes out between theirs: its step and theirs are of one group
  const ours = phones.map((phone, at) =>
    whatsappLinked.send(
      link(),
      {
        to: { kind: "group", value: jid.replace(/@.*/, "") },
        content: { kind: "text", text: `From ${phone}` },
        callbackData: `msg_group_${at}`,
      },
      never,
    ),
  );
  const said = (await Promise.all([say(2), say(3)])).flat();
  await Promise.all(ours);
  for (const phone of phones)
    await Promise.all(said.map(({ id }) => sim.waitForAnswer({ phone, id, type: "inactive" })));
  for (const { session, live } of [one, other]) {
    await live.close();
    const next = memorySession(session);
    const again = await open(next, { method: "stored" });
    const wanted = people.flatMap((person) => [`${person} 2`, `${person} 3`]).toSorted();
    await next.until(() => textsOf(next.events).length === wanted.length, "what was said");
    expect(textsOf(next.events).toSorted()).toEqual(wanted);
    await again.close();
  }
});

test("keys of a group that a crash kept from being stored come again, and open what was said with them", async () => {
  const [phone, person] = ["15550001125", "14155550128"];
  const { session, live } = await linked(phone);
  sim.addPhone({ phone: person, name: "Ada" });
  const { jid } = sim.createGroup({ creator: person, subject: "Bakers", members: [phone] });
  const { commit } = session.ports.store;
  const isDead = Promise.withResolvers<void>();
  session.ports.store.commit = async (values, entry) => {
    if (values.every(({ kind }) => kind !== "sender-key")) return commit(values, entry);
    isDead.resolve();
    return new Promise(() => undefined);
  };
  await sim.says({ person, to: jid, text: "Who has flour?" });
  await isDead.promise;
  await live.close();
  const next = memorySession(session);
  const again = await open(next, { method: "stored" });
  await next.until(() => textsOf(next.events).length === 1, "message");
  expect(textsOf(next.events)).toEqual(["Who has flour?"]);
  expect(next.events.filter((event) => event.type === "unknown")).toEqual([]);
  await again.close();
});

test("a device that the phone removes ends for good; a rival connection too", async () => {
  const { live } = await linked("15550001115");
  sim.unlink({ phone: "15550001115" });
  expect(await live.ended).toMatchObject({ kind: "logged_out" });

  const first = await linked("15550001116");
  const rival = await open(memorySession(first.session), { method: "stored" });
  expect(await first.live.ended).toEqual({ kind: "replaced" });
  await rival.close();
});

test("a logout removes the device from the account, and says so only when the network does [API-06]", async () => {
  const phone = "15550001117";
  const { live } = await linked(phone);
  await live.logOut();
  expect(await live.ended).toEqual({ kind: "logged_out", code: "asked" });
  expect(sim.phone({ phone }).devices).toEqual([]);
  const other = await linked(phone);
  sim.disconnect({ phone });
  await other.live.ended;
  const session = memorySession(other.session);
  sim.refuseLogins({ code: 503 });
  const again = await open(session, { method: "stored" });
  await again.logOut();
  expect(await again.ended).toEqual({ kind: "logged_out", code: "asked_unconfirmed" });
  expect(sim.phone({ phone }).devices).toHaveLength(1);
  sim.clearFaults();
});

test("a server with another root than the one we trust gets nothing", async () => {
  const other = await startWhatsappLinked();
  const session = memorySession();
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  const wrong: LinkedLink = {
    ...link(),
    http: async (url, init) => {
      const answer = await http(url, init);
      const trust = JSON.parse(await answer.text()) as Record<string, string>;
      const lie = JSON.stringify({ ...trust, noiseRootPublicKey: other.trust.noiseRootPublicKey });
      const { status, headers, body } = answer;
      return { status, headers, body, text: async () => lie };
    },
  };
  const live = await receive.open(wrong, session.ports, { entry: { method: "qr" }, historyDays: 0 });
  expect(await live.ended).toEqual({ kind: "lost", code: "400" });
  expect(session.reports.filter(({ kind }) => kind === "pairing")).toEqual([]);
  await other[Symbol.asyncDispose]();
});
