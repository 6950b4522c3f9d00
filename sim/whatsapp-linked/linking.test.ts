import { DisconnectReason } from "baileys";
import { expect, test } from "vitest";
import { startWhatsappLinked } from "./server.ts";
import { linkedClient, startClient, statusOf, textsOf } from "./test-client.ts";

const phone = "15550001111";
const person = "14155550123";
const personJid = `${person}@s.whatsapp.net`;

test("a device is linked by QR, gets its history, and talks both ways end to end", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  expect(client.creds.me?.id).toBe(`${phone}:1@s.whatsapp.net`);
  expect(client.creds.me?.lid).toMatch(/^\d{15}:1@lid$/);

  await sim.says({ person, to: phone, text: "first" });
  await sim.says({ person, to: phone, text: "second" });
  await client.until((one) => textsOf(one).length === 2, "both messages");
  expect(textsOf(client)).toEqual(["first", "second"]);

  const sent = await client.sock.sendMessage(personJid, { text: "answer" });
  await client.until((one) => statusOf(one, sent?.key.id) === 3, "the delivery");
  await client.sock.sendMessage(personJid, { text: "and more" });
  await sim.waitForReceived({ person, text: "and more" });
  sim.reads({ person });
  await client.until((one) => statusOf(one, sent?.key.id) === 4, "the read receipt");
  expect(sim.received({ person, from: phone })).toMatchObject([
    { id: sent?.key.id, text: "answer", encryption: "pkmsg" },
    { text: "and more", encryption: "pkmsg" },
  ]);
  await sim.settled();
  expect(sim.phone({ phone }).devices).toMatchObject([{ number: 1, isActive: true, waiting: 0 }]);
  expect(sim.unknown()).toEqual([]);
});

test("a device is linked by pairing code; a wrong code is refused", async () => {
  await using sim = await startWhatsappLinked();
  await using client = startClient(sim);
  await client.until((one) => one.qr, "the offer");
  const code = await client.sock.requestPairingCode(phone);
  await sim.waitForCodeRequest({ phone });
  await expect(sim.enterCode({ phone, code: "AAAAAAAA" })).rejects.toThrow("not the one");
  await sim.enterCode({ phone, code });
  await client.until((one) => one.isOpen, "the connection to open");
  expect(client.creds.me?.id).toBe(`${phone}:1@s.whatsapp.net`);
});

test("a QR code of another server or an expired one is refused, and a phone holds four devices", async () => {
  await using sim = await startWhatsappLinked();
  await expect(sim.scan({ phone, qr: "https://wa.me/settings/linked_devices#2@nothing,a,b,c,1" })).rejects.toThrow(
    "expired",
  );
  await using clients = new AsyncDisposableStack();
  const [first] = [
    clients.use(await linkedClient(sim, phone)),
    clients.use(await linkedClient(sim, phone)),
    clients.use(await linkedClient(sim, phone)),
    clients.use(await linkedClient(sim, phone)),
  ];
  expect(sim.phone({ phone }).devices[0]).toMatchObject({ number: 1, platform: "Ubuntu", isConnected: true });
  await expect(sim.scan({ phone, qr: first.qr ?? "" })).rejects.toThrow("expired");
  const fifth = clients.use(startClient(sim));
  const qr = await fifth.until((one) => one.qr, "a QR code");
  await expect(sim.scan({ phone, qr })).rejects.toThrow("4 linked devices already");
}, 60_000);

test("what came while the device was away waits for it, in order, and comes once", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.settled();
  await client.stop();
  await sim.says({ person, to: phone, text: "one" });
  await sim.says({ person: "14155550124", to: phone, text: "two" });
  await sim.says({ person, to: phone, text: "three" });
  expect(sim.phone({ phone }).devices).toMatchObject([{ waiting: 3 }]);
  client.connect();
  await client.until((one) => textsOf(one).length === 3, "the waiting messages");
  expect(textsOf(client)).toEqual(["one", "two", "three"]);
  expect(client.messages.filter(({ type }) => type === "append")).toHaveLength(3);
  await sim.settled();
  await client.stop();
  client.connect();
  await client.until((one) => one.isOpen, "a third connection");
  await sim.says({ person, to: phone, text: "four" });
  await client.until((one) => textsOf(one).includes("four"), "the next message");
  expect(textsOf(client)).toEqual(["one", "two", "three", "four"]);
});

test("a device that never answered a message gets it again after a crash", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  await sim.settled();
  sim.fault({ kind: "drop", phone });
  await sim.says({ person, to: phone, text: "lost on the way" });
  expect(sim.phone({ phone }).devices).toMatchObject([{ waiting: 1 }]);
  sim.disconnect({ phone, how: "cut" });
  await client.until((one) => one.closedWith, "the cut");
  client.connect();
  await client.until((one) => textsOf(one).length === 1, "the message");
});

test("logout from the client removes the device; logout from the phone ends the client with 401, also when it was away", async () => {
  await using sim = await startWhatsappLinked();
  await using one = await linkedClient(sim, phone);
  await one.sock.logout();
  await sim.settled();
  expect(sim.phone({ phone }).devices).toEqual([]);

  await using two = await linkedClient(sim, phone);
  expect(two.creds.me?.id).toBe(`${phone}:2@s.whatsapp.net`);
  sim.unlink({ phone });
  expect(await two.until((client) => client.closedWith, "the end")).toBe(DisconnectReason.loggedOut);

  await using three = await linkedClient(sim, phone);
  await three.stop();
  sim.unlink({ phone });
  three.connect();
  expect(await three.until((client) => client.closedWith, "the end")).toBe(DisconnectReason.loggedOut);
});

test("a second line with the same keys ends the first with 440 and gets what comes from then on", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const { ev } = client.sock;
  const firstEnds = new Promise((resolve) =>
    ev.on("connection.update", ({ connection, lastDisconnect }) => {
      if (connection === "close") resolve(lastDisconnect?.error);
    }),
  );
  client.connect();
  expect(await firstEnds).toMatchObject({ output: { statusCode: DisconnectReason.connectionReplaced } });
  await sim.waitForDevice({ phone });
  await sim.says({ person, to: phone, text: "to the second" });
  await client.until((one) => textsOf(one).length === 1, "the message");
  expect(sim.phone({ phone }).devices).toMatchObject([{ number: 1, isConnected: true }]);
});

test("a conflict says 440; a ban says 403; a broken line says 428 or 503", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const ended = async (cause: () => void) => {
    if (!client.isOpen) client.connect();
    await client.until((one) => one.isOpen, "an open line");
    cause();
    return client.until((one) => one.closedWith, "the end");
  };
  expect(await ended(() => sim.replace({ phone }))).toBe(DisconnectReason.connectionReplaced);
  expect(await ended(() => sim.disconnect({ phone, how: "cut" }))).toBe(DisconnectReason.connectionClosed);
  expect(await ended(() => sim.disconnect({ phone, how: "error", code: 503 }))).toBe(503);
  expect(await ended(() => sim.ban({ phone }))).toBe(DisconnectReason.forbidden);
  client.connect();
  expect(await client.until((one) => one.closedWith, "the refusal")).toBe(DisconnectReason.forbidden);
  sim.ban({ phone, isBanned: false });
  sim.refuseLogins({ code: 500 });
  client.connect();
  expect(await client.until((one) => one.closedWith, "the refusal")).toBe(500);
  client.connect();
  await client.until((one) => one.isOpen, "the way back");
});

test("the history of before the link comes inline and, what does not fit, as files; older ones on demand", async () => {
  await using sim = await startWhatsappLinked({ inlineHistory: 2, history: 3 });
  const messages = Array.from({ length: 5 }, (_, index) => ({
    from: index % 2 === 0 ? person : phone,
    to: index % 2 === 0 ? phone : person,
    text: `old ${index}`,
    at: Date.UTC(2026, 10, 1, 12, index),
  }));
  sim.pastMessages({ messages });
  await using client = await linkedClient(sim, phone);
  const texts = () => client.history.flatMap((part) => part.messages.map((one) => one.message?.conversation));
  await client.until(() => texts().length === 3, "the history");
  expect(texts()).toEqual(["old 4", "old 3", "old 2"]);
  expect(await client.sock.signalRepository.lidMapping.getLIDForPN(personJid)).toMatch(/@lid$/);
  expect(client.history.map((one) => one.progress)).toEqual([100, 100, 100]);

  const oldest = { remoteJid: personJid, id: "x", fromMe: false };
  await client.sock.fetchMessageHistory(10, oldest, Date.UTC(2026, 10, 1, 12, 2));
  await client.until(() => texts().length === 5, "the older ones");
  expect(texts().slice(3)).toEqual(["old 1", "old 0"]);
});

test("many accounts live in one server and write to each other", async () => {
  await using sim = await startWhatsappLinked();
  await using one = await linkedClient(sim, phone);
  await using two = await linkedClient(sim, "15550002222");
  await using three = await linkedClient(sim, "15550002222");
  const sent = await one.sock.sendMessage("15550002222@s.whatsapp.net", { text: "between accounts" });
  await two.until((client) => textsOf(client).length === 1, "the message");
  await three.until((client) => textsOf(client).length === 1, "the message on the second device");
  await one.until((client) => statusOf(client, sent?.key.id) === 3, "the delivery");
  const answer = await two.sock.sendMessage(`${phone}@s.whatsapp.net`, { text: "back" });
  await one.until((client) => textsOf(client).includes("back"), "the answer");
  const copy = await three.until(
    (client) => client.messages.find(({ message }) => message.key.id === answer?.key.id),
    "the copy on the second device",
  );
  expect(copy.message.key).toMatchObject({ fromMe: true, remoteJid: `${phone}@s.whatsapp.net` });
}, 60_000);
