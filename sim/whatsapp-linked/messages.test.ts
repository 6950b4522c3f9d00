import type { AnyMessageContent } from "baileys";
import { decryptPollVote, downloadMediaMessage } from "baileys";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeJpeg, makePdf, makeVoice } from "../whatsapp-cloud/media-fixtures.ts";
import { startWhatsappLinked } from "./server.ts";
import { linkedClient, statusOf, textsOf } from "./test-client.ts";

const phone = "15550001111";
const person = "14155550123";
const personJid = `${person}@s.whatsapp.net`;

test("every kind that a person says arrives as that kind", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const base = { person, to: phone };
  const { id: first } = await sim.says({ ...base, text: "the first" });
  await sim.says({ ...base, text: "a reply", replyTo: first });
  await sim.says({ ...base, image: { caption: "look" } });
  await sim.says({ ...base, video: true });
  await sim.says({ ...base, audio: true });
  await sim.says({ ...base, voice: true });
  await sim.says({ ...base, document: { filename: "bill.pdf" } });
  await sim.says({ ...base, sticker: true });
  await sim.says({ ...base, location: true });
  await sim.says({ ...base, contacts: true });
  await sim.says({
    ...base,
    contacts: [
      { name: "A", phone: "+1 415 555 0001" },
      { name: "B", phone: "+1 415 555 0002" },
    ],
  });
  await sim.says({ ...base, poll: true });
  await sim.says({ ...base, reaction: { messageId: first, emoji: "👍" } });
  await sim.says({ ...base, edit: { messageId: first, text: "the first, mended" } });
  await sim.says({ ...base, revoke: { messageId: first } });
  const theirs = () => client.messages.filter(({ message }) => !message.key.fromMe).map(({ message }) => message);
  await client.until(() => theirs().length === 15, "all of them");
  const kinds = theirs().map(({ message }) => Object.keys(message ?? {}).find((key) => key !== "messageContextInfo"));
  expect(kinds).toEqual([
    "conversation",
    "extendedTextMessage",
    "imageMessage",
    "videoMessage",
    "audioMessage",
    "audioMessage",
    "documentMessage",
    "stickerMessage",
    "locationMessage",
    "contactMessage",
    "contactsArrayMessage",
    "pollCreationMessageV3",
    "reactionMessage",
    "protocolMessage",
    "protocolMessage",
  ]);
  expect(theirs()[1]?.message?.extendedTextMessage?.contextInfo).toMatchObject({
    stanzaId: first,
    quotedMessage: { conversation: "the first" },
  });
  await client.until((one) => one.updates.length >= 2, "edit and deletion");
  expect(
    client.updates.map(({ key, update }) => [key.id, update.message?.editedMessage?.message?.conversation]),
  ).toEqual([
    [first, "the first, mended"],
    [first, undefined],
  ]);
  expect(sim.messages({ id: first })).toMatchObject([
    { text: "the first, mended", isEdited: true, isRevoked: true, reactions: [{ by: person, emoji: "👍" }] },
  ]);
});

test("every kind that the client sends reaches the person decrypted, once, with its id", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const send = async (content: AnyMessageContent) => (await client.sock.sendMessage(personJid, content))?.key;
  const first = await send({ text: "the first" });
  const kinds: AnyMessageContent[] = [
    { image: makeJpeg(), caption: "look", jpegThumbnail: "" },
    { audio: makeVoice(), ptt: true, mimetype: "audio/ogg; codecs=opus", seconds: 2 },
    { document: makePdf(), mimetype: "application/pdf", fileName: "bill.pdf" },
    { location: { degreesLatitude: 1, degreesLongitude: 2, name: "Here" } },
    { contacts: { displayName: "A", contacts: [{ displayName: "A", vcard: "BEGIN:VCARD\nEND:VCARD" }] } },
    { poll: { name: "When?", values: ["Today", "Tomorrow"], selectableCount: 1 } },
    { react: { text: "❤️", key: first ?? {} } },
    { text: "the first, mended", edit: first ?? {} } as AnyMessageContent,
    { delete: first ?? {} },
  ];
  for (const content of kinds) await send(content);
  await sim.waitForReceived({ person, type: "revoke" });
  const received = sim.received({ person, from: phone });
  expect(received.map((one) => one.type)).toEqual([
    "text",
    "image",
    "voice",
    "document",
    "location",
    "contacts",
    "poll",
    "reaction",
    "edit",
    "revoke",
  ]);
  expect(new Set(received.map((one) => one.id)).size).toBe(10);
  const voice = received.find((one) => one.type === "voice")?.id ?? "";
  sim.plays({ person, messageId: voice });
  await client.until((one) => statusOf(one, voice) === 5, "the voice note to be played");
  expect(sim.messages({ id: first?.id ?? "" })).toMatchObject([
    { text: "the first, mended", isEdited: true, isRevoked: true, reactions: [{ by: phone, emoji: "❤️" }] },
  ]);
});

test("files go up and down over HTTPS under the simulator's authority, sealed as WhatsApp seals them; what is gone is uploaded again", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const picture = makeJpeg();
  const sent = await client.sock.sendMessage(personJid, { image: picture, caption: "up", jpegThumbnail: "" });
  const { id } = await sim.waitForMessage({ type: "image" });
  expect(id).toBe(sent?.key.id);
  expect((await sim.file({ messageId: id })).bytesBase64).toBe(picture.toString("base64"));

  await sim.says({ person, to: phone, document: { bytesBase64: Buffer.from("paper").toString("base64") } });
  const { message } = await client.until(
    (one) => one.messages.find((two) => two.message.message?.documentMessage),
    "the document",
  );
  const dispatcher = client.dispatcher;
  const down = await downloadMediaMessage(message, "buffer", { options: { dispatcher } } as never);
  expect(down.toString()).toBe("paper");
  sim.failMedia({ status: 503 });
  await expect(downloadMediaMessage(message, "buffer", { options: { dispatcher } } as never)).rejects.toThrow();
  expect(sim.mediaRequests().map((one) => [one.method, one.status])).toEqual([
    ["POST", 200],
    ["GET", 200],
    ["GET", 503],
  ]);

  const { id: picture2 } = await sim.says({ person, to: phone, image: { bytesBase64: picture.toString("base64") } });
  const late = await client.until((one) => one.messages.find((two) => two.message.key.id === picture2), "the picture");
  sim.expireMedia({ messageId: picture2 });
  // the client's own second try looks for another error than the one it throws (rc14), so it is asked for here
  await expect(downloadMediaMessage(late.message, "buffer", { options: { dispatcher } } as never)).rejects.toThrow();
  const again = await client.sock.updateMediaMessage(late.message);
  const mended = await downloadMediaMessage(again, "buffer", { options: { dispatcher } } as never);
  expect(mended.equals(picture)).toBe(true);
});

test("a person who hides the number is known by the LID alone; one who does not has both names", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const hidden = sim.addPhone({ phone: "14155550150", name: "Nobody", hidesNumber: true });
  const both = sim.addPhone({ phone: person, name: "Wanjiru", addressing: "lid" });
  await sim.says({ person: hidden.phone, to: phone, text: "guess who" });
  await sim.says({ person, to: phone, text: "it is me" });
  await client.until((one) => textsOf(one).length === 2, "both");
  const [one, two] = client.messages.filter(({ message }) => !message.key.fromMe).map(({ message }) => message);
  expect(one).toMatchObject({ pushName: "Nobody", key: { remoteJid: `${hidden.lid}@lid` } });
  expect(one?.key.remoteJidAlt).toBeFalsy();
  expect(two?.key).toMatchObject({ remoteJid: `${both.lid}@lid`, remoteJidAlt: personJid });

  const answer = await client.sock.sendMessage(`${hidden.lid}@lid`, { text: "no idea" });
  await client.until((any) => statusOf(any, answer?.key.id) === 3, "the delivery to a LID");
  expect(sim.received({ person: hidden.phone, from: phone })).toMatchObject([{ text: "no idea" }]);
});

test("what the owner writes on the phone itself comes to the device as a copy", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const { id } = await sim.says({ person: phone, to: person, text: "from the phone" });
  const copy = await client.until((one) => one.messages.find(({ message }) => message.key.id === id), "the copy");
  expect(copy.message.key).toMatchObject({ fromMe: true, remoteJid: personJid });
  expect(copy.message.message?.conversation).toBe("from the phone");
  await client.until((one) => statusOf(one, id) === 3, "the delivery to the person");
});

test("what the client reads, the person sees as read; who types is seen typing", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const { id } = await sim.says({ person, to: phone, text: "see?" });
  const { message } = await client.until((one) => one.messages.find((two) => two.message.key.id === id), "it");
  await client.sock.readMessages([message.key]);
  await sim.waitForMessage({ id, status: "read" });
  sim.types({ person, to: phone });
  await client.until(
    (one) =>
      one.events.some((event) => event["presence.update"]?.presences[personJid]?.lastKnownPresence === "composing"),
    "the typing",
  );
  expect(await client.sock.onWhatsApp(person)).toEqual([{ jid: personJid, exists: true }]);
  sim.addPhone({ phone: "14155550199", isOnWhatsApp: false });
  expect(await client.sock.onWhatsApp("14155550199")).toEqual([]);
});

test("a vote on the client's poll can be read with the poll's secret", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const poll = { name: "When?", values: ["Today", "Tomorrow"], selectableCount: 1 };
  const sent = await client.sock.sendMessage(personJid, { poll });
  const { id } = await sim.waitForReceived({ person, type: "poll" });
  await sim.says({ person, to: phone, vote: { messageId: id, options: ["Tomorrow"] } });
  const { message } = await client.until(
    (one) => one.messages.find((two) => two.message.message?.pollUpdateMessage),
    "the vote",
  );
  const vote = decryptPollVote(message.message?.pollUpdateMessage?.vote ?? {}, {
    pollCreatorJid: `${phone}@s.whatsapp.net`,
    pollMsgId: id,
    pollEncKey: sent?.message?.messageContextInfo?.messageSecret ?? new Uint8Array(),
    voterJid: personJid,
  });
  expect(vote.selectedOptions).toEqual([createHash("sha256").update("Tomorrow").digest()]);
});

test("groups: made by the client or by a person, written to both ways with sender keys", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  const other = "14155550124";
  const { jid } = sim.createGroup({ creator: person, subject: "Kettle club", members: [phone, other] });
  await client.until((one) => one.events.some((event) => event["groups.upsert"]?.[0]?.id === jid), "the group");
  await sim.says({ person, to: jid, text: "welcome" });
  await sim.says({ person: other, to: jid, text: "hello" });
  await sim.says({ person, to: jid, text: "tea?" });
  await client.until((one) => textsOf(one).length === 3, "what was said");
  const [said] = client.messages.filter(({ message }) => message.message?.conversation === "welcome");
  expect(said?.message.key).toMatchObject({ remoteJid: jid, participantAlt: personJid, fromMe: false });

  const sent = await client.sock.sendMessage(jid, { text: "yes" });
  await client.sock.sendMessage(jid, { text: "please" });
  for (const member of [person, other]) {
    await sim.waitForReceived({ person: member, text: "please" });
    expect(sim.received({ person: member, from: phone })).toMatchObject([
      { id: sent?.key.id, text: "yes", encryption: "skmsg" },
      { text: "please", encryption: "skmsg" },
    ]);
  }
  sim.reads({ person });
  await client.until(
    (one) =>
      one.events.some((event) =>
        event["message-receipt.update"]?.some(({ key, receipt }) => key.id === sent?.key.id && receipt.readTimestamp),
      ),
    "the member's read receipt",
  );

  const mine = await client.sock.groupCreate("Ours", [personJid]);
  expect(mine).toMatchObject({ subject: "Ours", addressingMode: "lid" });
  await client.sock.groupParticipantsUpdate(mine.id, [`${other}@s.whatsapp.net`], "add");
  await client.sock.sendMessage(mine.id, { text: "to all of ours" });
  await sim.waitForReceived({ person: other, text: "to all of ours" });
  const all = await client.sock.groupFetchAllParticipating();
  expect(
    Object.values(all)
      .map((one) => one.subject)
      .sort(),
  ).toEqual(["Kettle club", "Ours"]);

  sim.changeGroup({ group: jid, by: person, remove: [other] });
  await client.until(
    (one) => one.events.some((event) => event["group-participants.update"]?.action === "remove"),
    "it",
  );
  await sim.says({ person, to: jid, text: "just us" });
  await client.until((one) => textsOf(one).includes("just us"), "a message under new keys");
  expect(sim.unknown()).toEqual([]);
});
