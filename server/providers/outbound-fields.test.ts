// What leaves for a network, per adapter: the fields of every kind of message. A field that is added shows here.
import { once } from "node:events";
import { createServer } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import type { WASocket } from "baileys";
import { afterAll, expect, test } from "vitest";
import { createSafeFetch } from "../platform/safe-fetch.ts";
import type { OutboundContent, OutboundKind, OutboundMedia, OutboundMessage } from "./outbound-message.ts";
import type { CloudLink } from "./whatsapp-cloud/settings.ts";
import { whatsappCloud } from "./whatsapp-cloud/whatsapp-cloud.ts";
import { composeMessage } from "./whatsapp-linked/compose.ts";
import type { Uploaded } from "./whatsapp-linked/media.ts";
import { createLiveSocket } from "./whatsapp-linked/send.ts";
import { whatsappLinked } from "./whatsapp-linked/whatsapp-linked.ts";

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});
const never = new AbortController().signal;
const to = { kind: "phone", value: "+2348030000117" } as const;
const channelId = "chn_test";
const media: OutboundMedia = {
  ...{ mimeType: "image/png", byteLength: 3, filename: "a.png", providerMediaId: "m1" },
  open: async () => (async function* () {})(),
};
const until = new Date("2030-01-01");
const contents = {
  text: { kind: "text", text: "Hi" },
  image: { kind: "image", media, caption: "c" },
  video: { kind: "video", media, caption: "c" },
  audio: { kind: "audio", media },
  voice: { kind: "voice", media },
  document: { kind: "document", media, caption: "c" },
  sticker: { kind: "sticker", media },
  location: { kind: "location", latitude: 1, longitude: 2, name: "n", address: "a" },
  contacts: {
    kind: "contacts",
    contacts: [{ name: "Ben", phones: [{ number: "+49151" }], emails: [], urls: [], addresses: [] }],
  },
  reaction: { kind: "reaction", targetProviderMessageId: "wamid.A", emoji: "👍" },
  edit: { kind: "edit", targetProviderMessageId: "wamid.A", text: "other", until },
  delete: { kind: "delete", targetProviderMessageId: "wamid.A", until },
  poll: { kind: "poll", question: "q", options: ["a", "b"], isMultipleChoice: false, votesKey: Buffer.alloc(32) },
  interactive: {
    kind: "interactive",
    interactive: { kind: "buttons", body: "b", buttons: [{ id: "1", title: "t" }] },
  },
  template: {
    kind: "template",
    template: { name: "t", language: "en", body: [{ kind: "text", text: "x" }] },
  },
} as const satisfies Record<OutboundKind, OutboundContent>;
const messageOf = (kind: OutboundKind): OutboundMessage => ({
  ...{ to, content: contents[kind], replyTo: "wamid.Q", callbackData: "att_1" },
});

/** The paths of all fields, without their values. */
function fieldsOf(value: unknown, place = ""): string[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [place];
  const inside = Array.isArray(value)
    ? value.map((one) => [`${place}[]`, one] as const)
    : Object.entries(value).map(([key, one]) => [place === "" ? key : `${place}.${key}`, one] as const);
  return [...new Set(inside.flatMap(([path, one]) => fieldsOf(one, path)))].toSorted();
}

test("WhatsApp Cloud gets the words, whom they are for, which number they leave from and our attempt's id: no other field of any kind [M24-28]", async () => {
  const asked: { path: string; headers: string[]; body: unknown }[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const path = (request.url ?? "").replace(/=[0-9a-f]{64}$/, "=…");
      asked.push({ path, headers: Object.keys(request.headers), body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end('{"messages":[{"id":"wamid.1"}]}');
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const apiBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createSafeFetch({ privateOrigins: [apiBaseUrl] });
  closers.push(
    () => http.close(),
    () => server.close(),
  );
  const link: CloudLink = {
    ...{ channelId, settings: { phoneNumberId: "551100220033", wabaId: "880011002200", apiBaseUrl } },
    secrets: { accessToken: "EAA-synthetic", appSecret: "app-secret", verifyToken: "v" },
    ...{ http, agentFor: http.agentFor, clock: { now: () => new Date() } },
  };
  const kinds = whatsappCloud.can.kinds.value;
  const sent: Record<string, string> = {};
  for (const kind of kinds) {
    await whatsappCloud.send(link, messageOf(kind), never);
    sent[kind] = fieldsOf(asked.at(-1)?.body).join(" ");
  }
  expect(asked).toHaveLength(kinds.length);
  expect([...new Set(asked.map(({ path }) => path))]).toEqual(["/v26.0/551100220033/messages?appsecret_proof=…"]);
  expect([...new Set(asked.flatMap(({ headers }) => headers))].toSorted()).toMatchInlineSnapshot(`
    [
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
    ]
  `);
  expect(JSON.stringify(asked)).not.toContain(channelId);
  expect(sent).toMatchInlineSnapshot(`
    {
      "audio": "audio.id biz_opaque_callback_data context.message_id messaging_product recipient_type to type",
      "contacts": "biz_opaque_callback_data contacts[].name.first_name contacts[].name.formatted_name contacts[].phones[].phone context.message_id messaging_product recipient_type to type",
      "document": "biz_opaque_callback_data context.message_id document.caption document.filename document.id messaging_product recipient_type to type",
      "image": "biz_opaque_callback_data context.message_id image.caption image.id messaging_product recipient_type to type",
      "interactive": "biz_opaque_callback_data context.message_id interactive.action.buttons[].reply.id interactive.action.buttons[].reply.title interactive.action.buttons[].type interactive.body.text interactive.type messaging_product recipient_type to type",
      "location": "biz_opaque_callback_data context.message_id location.address location.latitude location.longitude location.name messaging_product recipient_type to type",
      "reaction": "biz_opaque_callback_data messaging_product reaction.emoji reaction.message_id recipient_type to type",
      "sticker": "biz_opaque_callback_data context.message_id messaging_product recipient_type sticker.id to type",
      "template": "biz_opaque_callback_data context.message_id messaging_product recipient_type template.components[].parameters[].text template.components[].parameters[].type template.components[].type template.language.code template.name to type",
      "text": "biz_opaque_callback_data context.message_id messaging_product recipient_type text.body text.preview_url to type",
      "video": "biz_opaque_callback_data context.message_id messaging_product recipient_type to type video.caption video.id",
      "voice": "audio.id audio.voice biz_opaque_callback_data context.message_id messaging_product recipient_type to type",
    }
  `);
});

test("a linked phone's library gets the words, whom they are for and an id made from our attempt's: no other field of any kind [M24-28]", async () => {
  const handed: unknown[][] = [];
  const jid = "2348030000117@s.whatsapp.net";
  const sock = {
    user: { id: "15550001111:1@s.whatsapp.net" },
    relayMessage: async (...args: unknown[]) => void handed.push(args),
  } as unknown as WASocket;
  const live = createLiveSocket({
    ...{ sock, isOpen: () => true, mediaAgent: new Agent(), knownLid: async () => jid, onSend: () => {} },
  });
  const bytes = new Uint8Array(32);
  const uploaded: Uploaded = {
    ...{ url: "u", directPath: "d", mediaKey: bytes, fileSha256: bytes, fileEncSha256: bytes },
    ...{ fileLength: 3, mimetype: "image/png" },
  };
  const sent: Record<string, string> = {};
  const isMedia = (kind: OutboundKind): boolean => "media" in contents[kind];
  for (const kind of whatsappLinked.can.kinds.value) {
    // files go through the network's own upload, sealed: here is what refers to them
    if (isMedia(kind)) {
      const upload = async () => uploaded;
      const content = await composeMessage(messageOf(kind), (id) => ({ id, remoteJid: jid, fromMe: false }), upload);
      sent[kind] = fieldsOf(content).join(" ");
      continue;
    }
    await live.send(messageOf(kind), never);
    const [to, content, options, ...more] = handed.at(-1) ?? [];
    expect([to, more]).toEqual([jid, []]);
    sent[kind] = `${fieldsOf(content).join(" ")} | ${fieldsOf(options).join(" ")}`;
  }
  expect(JSON.stringify(handed)).not.toContain(channelId);
  expect(sent).toMatchInlineSnapshot(`
    {
      "audio": "audioMessage.contextInfo.participant audioMessage.contextInfo.quotedMessage.conversation audioMessage.contextInfo.stanzaId audioMessage.directPath audioMessage.fileEncSha256 audioMessage.fileLength audioMessage.fileSha256 audioMessage.mediaKey audioMessage.mimetype audioMessage.url",
      "contacts": "contactMessage.contextInfo.participant contactMessage.contextInfo.quotedMessage.conversation contactMessage.contextInfo.stanzaId contactMessage.displayName contactMessage.vcard | messageId",
      "delete": "protocolMessage.key.fromMe protocolMessage.key.id protocolMessage.key.participant protocolMessage.key.remoteJid protocolMessage.type | additionalAttributes.edit messageId",
      "document": "documentMessage.caption documentMessage.contextInfo.participant documentMessage.contextInfo.quotedMessage.conversation documentMessage.contextInfo.stanzaId documentMessage.directPath documentMessage.fileEncSha256 documentMessage.fileLength documentMessage.fileName documentMessage.fileSha256 documentMessage.mediaKey documentMessage.mimetype documentMessage.title documentMessage.url",
      "edit": "protocolMessage.editedMessage.conversation protocolMessage.key.fromMe protocolMessage.key.id protocolMessage.key.participant protocolMessage.key.remoteJid protocolMessage.timestampMs protocolMessage.type | additionalAttributes.edit messageId",
      "image": "imageMessage.caption imageMessage.contextInfo.participant imageMessage.contextInfo.quotedMessage.conversation imageMessage.contextInfo.stanzaId imageMessage.directPath imageMessage.fileEncSha256 imageMessage.fileLength imageMessage.fileSha256 imageMessage.mediaKey imageMessage.mimetype imageMessage.url",
      "location": "locationMessage.address locationMessage.contextInfo.participant locationMessage.contextInfo.quotedMessage.conversation locationMessage.contextInfo.stanzaId locationMessage.degreesLatitude locationMessage.degreesLongitude locationMessage.name | messageId",
      "poll": "messageContextInfo.messageSecret pollCreationMessageV3.name pollCreationMessageV3.options[].optionName pollCreationMessageV3.selectableOptionsCount | additionalNodes[].attrs.polltype additionalNodes[].tag messageId",
      "reaction": "reactionMessage.key.fromMe reactionMessage.key.id reactionMessage.key.participant reactionMessage.key.remoteJid reactionMessage.senderTimestampMs reactionMessage.text | messageId",
      "sticker": "stickerMessage.contextInfo.participant stickerMessage.contextInfo.quotedMessage.conversation stickerMessage.contextInfo.stanzaId stickerMessage.directPath stickerMessage.fileEncSha256 stickerMessage.fileLength stickerMessage.fileSha256 stickerMessage.mediaKey stickerMessage.mimetype stickerMessage.url",
      "text": "extendedTextMessage.contextInfo.participant extendedTextMessage.contextInfo.quotedMessage.conversation extendedTextMessage.contextInfo.stanzaId extendedTextMessage.text | messageId",
      "video": "videoMessage.caption videoMessage.contextInfo.participant videoMessage.contextInfo.quotedMessage.conversation videoMessage.contextInfo.stanzaId videoMessage.directPath videoMessage.fileEncSha256 videoMessage.fileLength videoMessage.fileSha256 videoMessage.mediaKey videoMessage.mimetype videoMessage.url",
      "voice": "audioMessage.contextInfo.participant audioMessage.contextInfo.quotedMessage.conversation audioMessage.contextInfo.stanzaId audioMessage.directPath audioMessage.fileEncSha256 audioMessage.fileLength audioMessage.fileSha256 audioMessage.mediaKey audioMessage.mimetype audioMessage.ptt audioMessage.url",
    }
  `);
});
