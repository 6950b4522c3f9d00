import type { Conversation, Message } from "../../api.ts";
import { t, type TextKey } from "../../text.ts";

const kindNames: Record<string, TextKey> = {
  text: "kind.text",
  image: "kind.image",
  video: "kind.video",
  audio: "kind.audio",
  voice: "kind.voice",
  document: "kind.document",
  sticker: "kind.sticker",
  location: "kind.location",
  contacts: "kind.contacts",
  interactive: "kind.interactive",
  button: "kind.interactive",
  template: "kind.template",
  order: "kind.order",
  poll: "kind.poll",
  system: "kind.system",
  reaction: "kind.reaction",
  media_placeholder: "kind.mediaPlaceholder",
  unsupported: "kind.unsupported",
};

export function kindName(type: string): string {
  return t(kindNames[type] ?? "kind.unsupported");
}

/** One line for lists and quotes: the text, or what it is. The list of a channel that keeps no content has no texts. */
export function summary(message: Pick<Message, "type" | "text" | "contentDestroyedAt">): string {
  if (message.text) {
    const line = message.text.slice(0, 240).replace(/\s+/g, " ");
    // The signs of *bold*, _italic_ and ~struck~ are noise in a line that cannot show them.
    return line.replace(/(?<![\p{L}\p{N}])([*_~])(\S(?:[^*_~]*\S)?)\1(?![\p{L}\p{N}])/gu, "$2");
  }
  const kind = kindName(message.type);
  return message.contentDestroyedAt ? t("message.destroyed.line", { kind }) : kind;
}

export function previewText(last: Conversation["lastMessage"]): string {
  return last ? summary(last) : t("inbox.noMessages");
}
