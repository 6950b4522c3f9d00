// What a message says, from the network's protobuf. Everything in it was written by a stranger: lengths are cut, text is cleaned.
import type { proto } from "baileys";

import { cleanJson, cleanText, readUrl, type Cut, type Draft } from "../json-read.ts";
import type { MessageContent, MessageContext, MediaRef } from "../message-content.ts";
import { writeHandle, type CipherKind } from "./media-ref.ts";
import { readVcard } from "./vcard.ts";

const longest = { text: 65_536, line: 1024, name: 255, cards: 256, options: 100 } as const;

type Message = proto.IMessage;
/** The fields that all media share. */
type Medium = {
  directPath?: string | null;
  url?: string | null;
  mediaKey?: Uint8Array | null;
  mimetype?: string | null;
  fileSha256?: Uint8Array | null;
  fileEncSha256?: Uint8Array | null;
  fileLength?: number | { toNumber(): number } | null;
};

export type ReadContent = { content: MessageContent; context?: MessageContext; isCut?: true };

const text = (value: string | null | undefined, max: number, cut: Cut): string => {
  const clean = cleanText(value ?? "");
  if (clean.length <= max) return clean;
  cut.isCut = true;
  return clean.slice(0, max).replace(/[\ud800-\udbff]$/, "");
};

/** Layers that say how a message is shown, not what it says. */
export function unwrap(message: Message): Message {
  let inner = message;
  for (let depth = 0; depth < 5; depth++) {
    const next =
      inner.ephemeralMessage?.message ??
      inner.viewOnceMessage?.message ??
      inner.viewOnceMessageV2?.message ??
      inner.viewOnceMessageV2Extension?.message ??
      inner.documentWithCaptionMessage?.message ??
      inner.groupMentionedMessage?.message ??
      inner.lottieStickerMessage?.message ??
      inner.editedMessage?.message ??
      inner.deviceSentMessage?.message;
    if (!next) return inner;
    inner = next;
  }
  return inner;
}

function mediaRef(kind: CipherKind, medium: Medium, filename?: string | null): MediaRef | undefined {
  const path = medium.directPath ?? (medium.url ? URL.parse(medium.url)?.pathname : undefined);
  if (!path?.startsWith("/") || medium.mediaKey?.length !== 32) return undefined;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const encrypted = medium.fileEncSha256?.length === 32 ? { encryptedSha256: base64(medium.fileEncSha256) } : {};
  const length = typeof medium.fileLength === "object" ? medium.fileLength?.toNumber() : medium.fileLength;
  const name = cleanText(filename ?? "").slice(0, longest.name);
  return {
    id: writeHandle({ kind, path, key: base64(medium.mediaKey), ...encrypted }),
    mimeType: /^[\w.+-]+\/[\w.+-]+/.exec(medium.mimetype ?? "")?.[0] ?? "application/octet-stream",
    ...(medium.fileSha256?.length === 32 ? { sha256: Buffer.from(medium.fileSha256).toString("hex") } : {}),
    ...(length !== undefined && Number.isSafeInteger(length) && length > 0 ? { byteLength: length } : {}),
    ...(name ? { filename: name } : {}),
  };
}

function contextOf(message: Message): MessageContext | undefined {
  const carrier = Object.values(message).find(
    (part: unknown): part is { contextInfo: proto.IContextInfo } =>
      typeof part === "object" && part !== null && "contextInfo" in part && Boolean(part.contextInfo),
  );
  const info = carrier?.contextInfo;
  if (!info) return undefined;
  const context: Draft<MessageContext> = {};
  if (info.stanzaId) context.replyTo = { providerMessageId: info.stanzaId.slice(0, 128) };
  if (info.isForwarded) context.isForwarded = true;
  // from five hops on the apps say "forwarded many times"
  if ((info.forwardingScore ?? 0) >= 5) context.isFrequentlyForwarded = true;
  return Object.keys(context).length > 0 ? context : undefined;
}

/** Undefined for what no person should see: keys handed on, settings, bookkeeping of the apps. */
export function readContent(wrapped: Message): ReadContent | undefined {
  const inner = unwrap(wrapped);
  // a copy from the own phone carries a poll's key on the outside
  const { messageContextInfo = null } = wrapped;
  const message = inner.messageContextInfo || !messageContextInfo ? inner : { ...inner, messageContextInfo };
  const cut: Cut = { isCut: false };
  const content = contentOf(message, cut);
  if (!content) return undefined;
  const context = contextOf(message);
  return { content, ...(context ? { context } : {}), ...(cut.isCut ? { isCut: true } : {}) };
}

const silent = new Set([
  "messageContextInfo",
  "senderKeyDistributionMessage",
  "protocolMessage",
  "fastRatchetKeySenderKeyDistributionMessage",
]);

function contentOf(message: Message, cut: Cut): MessageContent | undefined {
  const caption = (value: string | null | undefined) => (value ? { caption: text(value, longest.text, cut) } : {});
  if (message.conversation) return { kind: "text", text: text(message.conversation, longest.text, cut) };
  if (message.extendedTextMessage)
    return { kind: "text", text: text(message.extendedTextMessage.text, longest.text, cut) };
  const medium = mediumOf(message, caption);
  if (medium) return medium;
  const place = message.locationMessage ?? message.liveLocationMessage;
  if (place) return placeOf(place, cut);
  const cards =
    message.contactsArrayMessage?.contacts ?? (message.contactMessage ? [message.contactMessage] : undefined);
  if (cards) {
    const contacts = cards
      .slice(0, longest.cards)
      .map((card) => readVcard(text(card.displayName, longest.name, cut), text(card.vcard, longest.text, cut)));
    return { kind: "contacts", contacts };
  }
  const poll = pollOf(message, cut);
  if (poll) return poll;
  const reply = replyOf(message, cut);
  if (reply) return reply;
  const kind = Object.keys(message).find((key) => !silent.has(key) && message[key as keyof Message] != null);
  if (kind === undefined) return undefined;
  const providerKind = kind.replace(/Message(V\d)?$/, "");
  return { kind: "unsupported", providerKind, raw: cleanJson({ kind: providerKind }) };
}

function mediumOf(
  message: Message,
  caption: (value: string | null | undefined) => { caption?: string },
): MessageContent | undefined {
  const { imageMessage, audioMessage, documentMessage, stickerMessage } = message;
  const videoMessage = message.videoMessage ?? message.ptvMessage;
  const image = imageMessage && mediaRef("image", imageMessage);
  if (image) return { kind: "image", media: image, ...caption(imageMessage?.caption) };
  const video = videoMessage && mediaRef("video", videoMessage);
  if (video) return { kind: "video", media: video, ...caption(videoMessage?.caption) };
  const audio = audioMessage && mediaRef("audio", audioMessage);
  if (audio) return { kind: "audio", media: audio, isVoice: audioMessage?.ptt === true };
  const file =
    documentMessage && mediaRef("document", documentMessage, documentMessage.fileName ?? documentMessage.title);
  if (file) return { kind: "document", media: file, ...caption(documentMessage?.caption) };
  const sticker = stickerMessage && mediaRef("sticker", stickerMessage);
  if (sticker) return { kind: "sticker", media: sticker, isAnimated: stickerMessage?.isAnimated === true };
  return undefined;
}

function placeOf(place: proto.Message.ILocationMessage, cut: Cut): MessageContent {
  const { degreesLatitude, degreesLongitude, name, address } = place;
  const url = readUrl(place.url);
  return {
    kind: "location",
    latitude: degreesLatitude ?? 0,
    longitude: degreesLongitude ?? 0,
    ...(name ? { name: text(name, longest.line, cut) } : {}),
    ...(address ? { address: text(address, longest.line, cut) } : {}),
    ...(url === undefined ? {} : { url }),
  };
}

function replyOf(message: Message, cut: Cut): MessageContent | undefined {
  const line = (value: string | null | undefined) => text(value, longest.line, cut);
  const { buttonsResponseMessage: button, templateButtonReplyMessage: template, listResponseMessage: list } = message;
  if (button) {
    const reply = {
      kind: "button",
      id: line(button.selectedButtonId),
      title: line(button.selectedDisplayText),
    } as const;
    return { kind: "interactive_reply", reply };
  }
  if (template)
    return { kind: "template_button", text: line(template.selectedDisplayText), payload: line(template.selectedId) };
  if (list) {
    const reply = { kind: "list", id: line(list.singleSelectReply?.selectedRowId), title: line(list.title) } as const;
    return { kind: "interactive_reply", reply };
  }
  return undefined;
}

function pollOf(message: Message, cut: Cut): MessageContent | undefined {
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3;
  if (!poll) return undefined;
  const secret = message.messageContextInfo?.messageSecret;
  return {
    kind: "poll",
    question: text(poll.name, longest.line, cut),
    options: (poll.options ?? [])
      .slice(0, longest.options)
      .map(({ optionName }) => text(optionName, longest.line, cut)),
    isMultipleChoice: poll.selectableOptionsCount !== 1,
    ...(secret?.length === 32 ? { votesKey: Buffer.from(secret).toString("base64") } : {}),
  };
}
