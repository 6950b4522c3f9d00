import { GraphError } from "./graph-errors.ts";
import type { Obj, SimState } from "./state.ts";
import { asObj, asText } from "./state.ts";
import { validateInteractive } from "./validate-interactive.ts";
import { invalid, missing, optionalText, requireMedia, requireText } from "./validate-parts.ts";

const validators: Record<string, (state: SimState, value: Obj) => void> = {
  text: (_, text) => {
    requireText(text, "body", "text['body']", 4096);
    if (text.preview_url !== undefined && typeof text.preview_url !== "boolean") {
      throw invalid("Param text['preview_url'] must be a boolean.");
    }
  },
  image: (state, image) => mediaWithCaption(state, image, "image"),
  video: (state, video) => mediaWithCaption(state, video, "video"),
  document: (state, document) => {
    mediaWithCaption(state, document, "document");
    optionalText(document, "filename", "document['filename']", 240);
  },
  audio: (state, audio) => withoutCaption(state, audio, "audio"),
  sticker: (state, sticker) => withoutCaption(state, sticker, "sticker"),
  location: (_, location) => {
    for (const [key, max] of [
      ["latitude", 90],
      ["longitude", 180],
    ] as const) {
      const value = Number(location[key] ?? Number.NaN);
      if (location[key] === undefined) throw missing(`location['${key}']`);
      if (!(Math.abs(value) <= max)) throw invalid(`Param location['${key}'] must lie between -${max} and ${max}.`);
    }
  },
  reaction: (_, reaction) => {
    requireText(reaction, "message_id", "reaction['message_id']", 512);
    if (typeof reaction.emoji !== "string") throw missing("reaction['emoji']");
    if (reaction.emoji !== "" && !isOneEmoji(reaction.emoji)) {
      throw new GraphError(131009, { details: "Param reaction['emoji'] must be a single emoji." });
    }
  },
  interactive: validateInteractive,
};

function mediaWithCaption(state: SimState, media: Obj, path: string): void {
  requireMedia(state, media, path);
  if (media.caption !== undefined && media.caption !== "") optionalText(media, "caption", `${path}['caption']`, 1024);
}

function withoutCaption(state: SimState, media: Obj, path: string): void {
  requireMedia(state, media, path);
  if (media.caption !== undefined) throw invalid(`Unexpected key "caption" on param "${path}".`);
}

function isOneEmoji(text: string): boolean {
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)];
  return graphemes.length === 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(text);
}

function validateContacts(contacts: unknown): void {
  if (!Array.isArray(contacts) || contacts.length === 0) throw missing("contacts");
  for (const [index, contact] of contacts.entries()) {
    const name = asObj(asObj(contact)?.name);
    if (!name) throw missing(`contacts[${index}]['name']`);
    requireText(name, "formatted_name", `contacts[${index}]['name']['formatted_name']`, 1024);
    const parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
    if (!parts.some((part) => asText(name[part]))) {
      throw invalid(`At least one more part of contacts[${index}]['name'] must be set with formatted_name.`);
    }
  }
}

/** The shape of a send, by type, with Meta's limits; throws the Graph error. Templates are checked against their definition. */
export function validateMessage(state: SimState, body: Obj): string {
  if (body.messaging_product !== "whatsapp")
    throw new GraphError(100, { details: "messaging_product must be whatsapp" });
  const recipientType = body.recipient_type ?? "individual";
  if (recipientType !== "individual" && recipientType !== "group") throw invalid("Param recipient_type is not valid.");
  if (recipientType === "group") throw invalid("Groups are not simulated.");
  if (asText(body.to) === undefined && asText(body.recipient) === undefined) throw missing("to");
  const type = asText(body.type) ?? "text";
  if (body.biz_opaque_callback_data !== undefined) {
    optionalText(body, "biz_opaque_callback_data", "biz_opaque_callback_data", 512);
  }
  const context = asObj(body.context);
  if (body.context !== undefined && !asText(context?.message_id)) throw missing("context['message_id']");
  if (type === "contacts") validateContacts(body.contacts);
  else if (type !== "template") {
    const validate = validators[type];
    if (!validate)
      throw invalid(
        `Param type must be one of {${Object.keys(validators).join(", ").toUpperCase()}, CONTACTS, TEMPLATE}.`,
      );
    const value = asObj(body[type]);
    if (!value) throw missing(type);
    validate(state, value);
  }
  return type;
}
