import type { MediaType } from "baileys";
import { proto } from "baileys";
import { randomBytes } from "node:crypto";
import { samplePlace } from "../whatsapp-cloud/inbound-samples.ts";
import { makeJpeg, makeMp3, makeMp4, makePdf, makeVoice, makeWebp } from "../whatsapp-cloud/media-fixtures.ts";
import { uploadAsPhone } from "./media.ts";
import { noteVote, voteOf } from "./poll-vote.ts";
import type { SimMessage, SimState, User } from "./state.ts";
import { nowMs } from "./state.ts";
import { findUser, jidAs, userOf } from "./users.ts";

export interface MediaInput {
  bytesBase64?: string;
  mime?: string;
  filename?: string;
  caption?: string;
  seconds?: number;
}

/** What a person does: exactly one kind. `true` takes a sample. */
export interface Says {
  person: string;
  /** A phone number, or a group's jid. */
  to: string;
  text?: string;
  image?: true | MediaInput;
  video?: true | MediaInput;
  audio?: true | MediaInput;
  voice?: true | MediaInput;
  document?: true | MediaInput;
  sticker?: true | MediaInput;
  location?: true | { latitude: number; longitude: number; name?: string; address?: string };
  contacts?: true | { name: string; phone: string }[];
  poll?: true | { question: string; options: string[]; max?: number };
  vote?: { messageId: string; options: string[] };
  /** An empty emoji takes it back. */
  reaction?: { messageId: string; emoji: string };
  edit?: { messageId: string; text: string };
  revoke?: { messageId: string };
  replyTo?: string;
  /** Members who are named. */
  mentions?: string[];
  id?: string;
  addressing?: "pn" | "lid";
}

interface Sample {
  kind: MediaType;
  mime: string;
  make: () => Buffer;
}

const samples: Record<"image" | "video" | "audio" | "voice" | "document" | "sticker", Sample> = {
  image: { kind: "image", mime: "image/jpeg", make: makeJpeg },
  video: { kind: "video", mime: "video/mp4", make: makeMp4 },
  audio: { kind: "audio", mime: "audio/mpeg", make: makeMp3 },
  voice: { kind: "audio", mime: "audio/ogg; codecs=opus", make: makeVoice },
  document: { kind: "document", mime: "application/pdf", make: makePdf },
  sticker: { kind: "sticker", mime: "image/webp", make: makeWebp },
};

/** The message as the person's phone would make it. */
export async function messageOf(state: SimState, says: Says): Promise<proto.IMessage> {
  const person = userOf(state, says.person);
  const about = aboutAnother(state, person, says);
  if (about) return about;
  const contextInfo = contextOf(state, person, says);
  const context = contextInfo ? { contextInfo } : {};
  if (says.text !== undefined) {
    return contextInfo ? { extendedTextMessage: { text: says.text, contextInfo } } : { conversation: says.text };
  }
  const media = Object.keys(samples).find((kind) => says[kind as keyof typeof samples] !== undefined);
  if (media) return mediaMessage(state, media as keyof typeof samples, says, context);
  if (says.location !== undefined) {
    const { latitude, longitude, name, address } = says.location === true ? samplePlace : says.location;
    const place = {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      name: name ?? null,
      address: address ?? null,
    };
    return { locationMessage: { ...place, ...context } };
  }
  if (says.contacts !== undefined) return contactsMessage(says.contacts, context);
  if (says.poll !== undefined) return pollMessage(says.poll, context);
  throw new Error(
    "say one of: text image video audio voice document sticker location contacts poll vote reaction edit revoke",
  );
}

function aboutAnother(state: SimState, person: User, says: Says): proto.IMessage | undefined {
  const { reaction, edit, revoke, vote } = says;
  if (reaction) {
    const { key } = known(state, person, reaction.messageId);
    return { reactionMessage: { key, text: reaction.emoji, senderTimestampMs: nowMs(state) } };
  }
  const { MESSAGE_EDIT, REVOKE } = proto.Message.ProtocolMessage.Type;
  if (edit) {
    const { key } = known(state, person, edit.messageId);
    const editedMessage = { conversation: edit.text };
    return { protocolMessage: { key, type: MESSAGE_EDIT, editedMessage, timestampMs: nowMs(state) } };
  }
  if (revoke) return { protocolMessage: { key: known(state, person, revoke.messageId).key, type: REVOKE } };
  if (!vote) return undefined;
  const { key, message } = known(state, person, vote.messageId);
  noteVote(message, person.phone, vote.options, nowMs(state));
  const author = userOf(state, message.from);
  return {
    pollUpdateMessage: voteOf(
      key,
      message,
      jidAs(author, author.addressing),
      jidAs(person, person.addressing),
      vote.options,
      nowMs(state),
    ),
  };
}

/** A message and its key as this person's phone has it. */
function known(state: SimState, person: User, id: string): { key: proto.IMessageKey; message: SimMessage } {
  const message = state.messageById.get(id);
  if (!message) throw new Error(`no message ${id}`);
  const fromMe = message.from === person.phone;
  const author = findUser(state, message.from);
  const group = state.groups.get(message.to);
  const other = findUser(state, fromMe ? message.to : message.from);
  const remoteJid = group?.jid ?? (other ? jidAs(other, other.addressing) : message.to);
  const participant = group && author ? { participant: jidAs(author, group.addressing) } : {};
  return { key: { remoteJid, fromMe, id, ...participant }, message };
}

function contextOf(state: SimState, person: User, { replyTo, mentions, to }: Says): proto.IContextInfo | undefined {
  const mode = state.groups.get(to)?.addressing ?? person.addressing;
  const mentionedJid = mentions?.map((one) => jidAs(userOf(state, one), mode));
  const named = mentionedJid ? { mentionedJid } : {};
  if (replyTo === undefined) return mentionedJid ? named : undefined;
  const { message } = known(state, person, replyTo);
  const author = userOf(state, message.from);
  return { stanzaId: replyTo, participant: jidAs(author, mode), quotedMessage: message.message, ...named };
}

async function mediaMessage(
  state: SimState,
  name: keyof typeof samples,
  says: Says,
  context: { contextInfo?: proto.IContextInfo },
): Promise<proto.IMessage> {
  const { kind, mime, make } = samples[name];
  const given = says[name];
  const input: MediaInput = given === true || given === undefined ? {} : given;
  const bytes = input.bytesBase64 === undefined ? make() : Buffer.from(input.bytesBase64, "base64");
  const file = { ...(await uploadAsPhone(state, bytes, kind)), mimetype: input.mime ?? mime, ...context };
  const caption = input.caption === undefined ? {} : { caption: input.caption };
  switch (name) {
    case "image":
      return { imageMessage: { ...file, ...caption, width: 480, height: 320 } };
    case "video":
      return { videoMessage: { ...file, ...caption, seconds: input.seconds ?? 1 } };
    case "audio":
      return { audioMessage: { ...file, seconds: input.seconds ?? 1, ptt: false } };
    case "voice":
      return { audioMessage: { ...file, seconds: input.seconds ?? 2, ptt: true, waveform: randomBytes(64) } };
    case "sticker":
      return { stickerMessage: { ...file, width: 512, height: 512 } };
    case "document": {
      const fileName = input.filename ?? "order-1042.pdf";
      return { documentMessage: { ...file, ...caption, fileName, title: fileName, pageCount: 1 } };
    }
  }
}

function contactsMessage(input: true | { name: string; phone: string }[], context: object): proto.IMessage {
  const people = input === true ? [{ name: "Tomas Novak", phone: "+420600000106" }] : input;
  const cards = people.map(({ name, phone }) => {
    const digits = phone.replaceAll(/\D/g, "");
    const lines = ["BEGIN:VCARD", "VERSION:3.0", `FN:${name}`, `TEL;type=CELL;waid=${digits}:${phone}`, "END:VCARD"];
    return { displayName: name, vcard: lines.join("\n") };
  });
  const [only] = cards;
  if (cards.length === 1 && only) return { contactMessage: { ...only, ...context } };
  return { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards, ...context } };
}

function pollMessage(
  input: true | { question: string; options: string[]; max?: number },
  context: object,
): proto.IMessage {
  const { question, options, max = 1 } = input === true ? { question: "When?", options: ["Today", "Tomorrow"] } : input;
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: max,
    ...context,
  };
  return { pollCreationMessageV3: poll, messageContextInfo: { messageSecret: randomBytes(32) } };
}
