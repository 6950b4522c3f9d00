import type { proto as Proto } from "baileys";
import { normalizeMessageContent, proto } from "baileys";
import type { BinaryNode } from "./node.ts";
import { child } from "./node.ts";

export interface Described {
  type: string;
  text: string;
  /** Of a reaction, an edit or a deletion: the message that it is about. */
  target?: string;
  replyTo?: string;
}

const kinds: [keyof Proto.IMessage, string][] = [
  ["imageMessage", "image"],
  ["videoMessage", "video"],
  ["documentMessage", "document"],
  ["stickerMessage", "sticker"],
  ["locationMessage", "location"],
  ["liveLocationMessage", "location"],
  ["contactMessage", "contacts"],
  ["contactsArrayMessage", "contacts"],
  ["pollCreationMessage", "poll"],
  ["pollCreationMessageV2", "poll"],
  ["pollCreationMessageV3", "poll"],
  ["pollUpdateMessage", "poll_vote"],
];

/** What kind of message this is and what of it a phone shows as text. */
export function describe(message: Proto.IMessage): Described {
  const content = normalizeMessageContent(message) ?? {};
  const about = aboutAnother(content);
  if (about) return about;
  const replyTo = contextOf(content)?.stanzaId;
  const reply = replyTo == null ? {} : { replyTo };
  if (content.conversation != null) return { type: "text", text: content.conversation, ...reply };
  if (content.extendedTextMessage) return { type: "text", text: content.extendedTextMessage.text ?? "", ...reply };
  if (content.audioMessage) return { type: content.audioMessage.ptt ? "voice" : "audio", text: "", ...reply };
  const kind = kinds.find(([key]) => content[key] != null);
  return kind ? { type: kind[1], text: textOf(content), ...reply } : { type: "unknown", text: "" };
}

function aboutAnother({ reactionMessage: reaction, protocolMessage: protocol }: Proto.IMessage): Described | undefined {
  if (reaction) return { type: "reaction", text: reaction.text ?? "", target: reaction.key?.id ?? "" };
  const target = protocol?.key?.id ?? "";
  const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;
  if (protocol?.type === REVOKE) return { type: "revoke", text: "", target };
  if (protocol?.type === MESSAGE_EDIT) {
    return { type: "edit", text: describe(protocol.editedMessage ?? {}).text, target };
  }
  return protocol ? { type: "protocol", text: "" } : undefined;
}

function textOf(content: Proto.IMessage): string {
  const media = content.imageMessage ?? content.videoMessage ?? content.documentMessage;
  if (media) return media.caption ?? content.documentMessage?.fileName ?? "";
  const place = content.locationMessage;
  if (place) return place.name ?? `${place.degreesLatitude}, ${place.degreesLongitude}`;
  const names = content.contactsArrayMessage?.contacts?.map((one) => one.displayName ?? "");
  const poll = content.pollCreationMessage ?? content.pollCreationMessageV2 ?? content.pollCreationMessageV3;
  return poll?.name ?? content.contactMessage?.displayName ?? names?.join(", ") ?? "";
}

function contextOf(content: Proto.IMessage): Proto.IContextInfo | undefined {
  for (const value of Object.values(content) as ({ contextInfo?: Proto.IContextInfo | null } | null | undefined)[]) {
    if (typeof value === "object" && value?.contextInfo) return value.contextInfo;
  }
  return undefined;
}

/** The `type` of a message stanza; devices only look at it for polls and reactions, real servers insist on it. */
export function stanzaType(message: Proto.IMessage): string {
  const { type } = describe(message);
  if (type === "reaction") return "reaction";
  if (type === "poll" || type === "poll_vote") return "poll";
  return ["image", "video", "document", "sticker", "audio", "voice", "contacts"].includes(type) ? "media" : "text";
}

/**
 * Whether phones make anything of it: edits, withdrawals and polls must say outside of the encryption what they are, as servers look at
 * that (`edit` 1 is an edit, 7 and 8 withdraw; https://pkg.go.dev/go.mau.fi/whatsmeow/types#EditAttribute, 2026-11-20).
 */
export function isToldOutside(message: Proto.IMessage, stanza: BinaryNode): boolean {
  const { edit = "" } = stanza.attrs;
  const { type } = describe(message);
  if (type === "edit") return edit === "1";
  if (type === "revoke") return edit === "7" || edit === "8";
  return type !== "poll" || child(stanza, "meta")?.attrs["polltype"] === "creation";
}

/** As JSON: bytes in base64, enums by name. */
export function messageJson(message: Proto.IMessage): Record<string, unknown> {
  return proto.Message.toObject(proto.Message.fromObject(message), { bytes: String, longs: Number, enums: String });
}
