import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";

import { createSafeFetch } from "../../platform/safe-fetch.ts";
import { memorySession } from "../../test/memory-session.ts";
import type { ConformanceSim, PersonDoes } from "../conformance-sim.ts";
import { conformance } from "../conformance.ts";
import type { LinkedLink, LinkedSecrets, LinkedSettings } from "./settings.ts";
import { whatsappLinked } from "./whatsapp-linked.ts";

const phone = "15550002222";
const friend = "14155550123";
const hidden = "14155550188";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat([...parts.map((part) => Buffer.from(part as string)), Buffer.alloc(70_000, 7)]);
const samples = {
  image: { bytes: bytes([0xff, 0xd8, 0xff, 0xe0]), mimeType: "image/jpeg" },
  video: { bytes: bytes([0, 0, 0, 24], "ftypmp42"), mimeType: "video/mp4" },
  audio: { bytes: bytes("ID3"), mimeType: "audio/mpeg" },
  voice: { bytes: bytes("OggS", [0, 2], "OpusHead"), mimeType: "audio/ogg; codecs=opus" },
  document: { bytes: bytes("%PDF-1.7\r\n--keepword\r\n"), mimeType: "application/pdf" },
  sticker: { bytes: bytes("RIFF", [0, 0, 0, 0], "WEBP"), mimeType: "image/webp" },
};

type Sim = Awaited<ReturnType<typeof startWhatsappLinked>>;
type Says = Parameters<Sim["says"]>[0];

function saysOf(what: PersonDoes): Omit<Says, "person" | "to"> {
  switch (what.kind) {
    case "text":
      return { text: what.text, ...(what.replyTo !== undefined && { replyTo: what.replyTo }) };
    case "location":
      return { location: { latitude: what.latitude, longitude: what.longitude } };
    case "contacts":
      return { contacts: true };
    case "reaction":
      return { reaction: { messageId: what.messageId, emoji: what.emoji ?? "" } };
    case "edit":
      return { edit: { messageId: what.messageId, text: what.text } };
    case "delete":
      return { revoke: { messageId: what.messageId } };
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "document":
    case "sticker":
      return { [what.kind]: { bytesBase64: Buffer.from(what.bytes).toString("base64"), mime: what.mimeType } };
  }
}

async function startSim(): Promise<ConformanceSim<LinkedSettings, LinkedSecrets>> {
  const sim = await startWhatsappLinked();
  const http = createSafeFetch({ privateOrigins: [sim.url] });
  const settings = { apiBaseUrl: sim.url };
  const link: LinkedLink = {
    ...{ channelId: "chn_test", settings, secrets: {}, http, agentFor: http.agentFor },
    clock: { now: () => new Date() },
  };
  const person = sim.addPhone({ phone: friend, name: "Wanjiru Otieno" });
  const stranger = sim.addPhone({ phone: hidden, name: "Mei", hidesNumber: true });
  const session = memorySession();
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  const pairing = await receive.open(link, session.ports, { entry: { method: "qr" }, historyDays: 0 });
  const offer = await session.until(() => session.reports.find(({ kind }) => kind === "pairing"), "offer");
  await sim.scan({ phone, qr: offer.kind === "pairing" ? (offer.qr ?? "") : "" });
  await pairing.ended;
  const live = await receive.open(link, session.ports, { entry: { method: "stored" }, historyDays: 0 });
  await session.until(() => session.reports.some(({ kind }) => kind === "connected"), "connection");

  let last: readonly (typeof session.events)[number][] = [];
  const ours = () => sim.messages({ from: phone });
  return {
    ...{ settings, secrets: {}, wrongSecrets: [], origins: [sim.url] },
    person: {
      address: { kind: "phone", value: `+${friend}` },
      aliases: [
        { kind: "wa_lid", value: person.lid.replace(/@.*/, "") },
        { kind: "phone", value: `+${friend}` },
      ],
      name: "Wanjiru Otieno",
    },
    hiddenPerson: { address: { kind: "wa_lid", value: stranger.lid.replace(/@.*/, "") } },
    async does(what, isHidden) {
      const from = session.events.length;
      const { id } = await sim.says({ person: isHidden === true ? hidden : friend, to: phone, ...saysOf(what) });
      const isIt = (event: { dedupeKey: string }) => event.dedupeKey.endsWith(`/${id}`);
      await session.until(() => session.events.slice(from).some(isIt), "event");
      last = session.events.slice(from).filter(isIt);
      return { messageId: id, events: last };
    },
    async statusesUntilRead(providerMessageId) {
      await sim.waitForMessage({ id: providerMessageId, status: "delivered" });
      sim.reads({ person: friend, messageId: providerMessageId });
      const isRead = () =>
        session.events.some(
          (event) =>
            event.type === "message_status" && event.providerMessageId === providerMessageId && event.status === "read",
        );
      await session.until(isRead, "read mark");
      return session.events;
    },
    repeated: () => last,
    taken: () =>
      ours().map(({ id, text, replyTo }) => ({ id, text: text ?? "", ...(replyTo !== undefined && { replyTo }) })),
    async lastMedium() {
      const messageId = ours().at(-1)?.id ?? "";
      const { bytesBase64 } = await sim.file({ messageId });
      return Buffer.from(bytesBase64, "base64");
    },
    arrived: async (id) => void (await sim.waitForMessage({ id })),
    shown(id) {
      const { text = "", isEdited = false, isRevoked = false } = sim.messages({ id })[0] ?? {};
      return { text, isEdited, isDeleted: isRevoked };
    },
    async isMarkedRead(id) {
      await sim.waitForMessage({ id, status: "read" });
      return true;
    },
    trouble: () => false,
    expireLinks: () => undefined,
    [Symbol.asyncDispose]: async () => {
      await live.close();
      await http.close();
      await sim[Symbol.asyncDispose]();
    },
  };
}

conformance(whatsappLinked, startSim, samples);
