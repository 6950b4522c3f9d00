// From the Cloud API's words to those of `POST /v1/messages`. Pure: media and message ids stay as they were given.
import type { GraphBody, GraphContact, GraphInteractive } from "./graph-body.ts";
import { graphParameter, graphUnsupported } from "./graph-errors.ts";
import { optional, readTemplate, type TakeMedia, type Wish } from "./read-graph-template.ts";

export interface ReadMessage {
  body: Wish;
  /** names that the caller gives to files, by media id */
  fileNames: ReadonlyMap<string, string>;
}

/** @throws graph.parameter · graph.unsupported */
export function readMessage(body: GraphBody): ReadMessage {
  const fileNames = new Map<string, string>();
  const take: TakeMedia = (where, media) => {
    if (media?.id === undefined)
      throw graphParameter({
        detail: `${where}.id is missing. Files are not fetched from links: upload with POST /graph/{version}/{id}/media and send the id.`,
      });
    if (media.filename !== undefined) fileNames.set(media.id, media.filename);
    return media.id;
  };
  return { body: contentOf(body, take), fileNames };
}

function contentOf(body: GraphBody, take: TakeMedia): Wish {
  const { type = "text" } = body;
  switch (type) {
    case "text": {
      const { body: text, preview_url: hasLinkPreview } = given(body.text, type);
      return { type, text, ...(hasLinkPreview === undefined ? {} : { hasLinkPreview }) };
    }
    case "image":
    case "video":
    case "document":
    case "sticker":
      return { type, attachment: { id: take(type, body[type]), ...optional({ caption: body[type]?.caption }) } };
    case "audio":
      return { type: body.audio?.voice ? "voice" : "audio", attachment: { id: take(type, body.audio) } };
    case "location":
      return { type, location: given(body.location, type) };
    case "contacts":
      return { type, contacts: given(body.contacts, type).map(readContact) };
    case "reaction": {
      const { message_id: messageId, emoji } = given(body.reaction, type);
      // no emoji, or an empty one, takes the reaction back
      return { type, reaction: { messageId, emoji: emoji || null } };
    }
    case "interactive":
      return { type, interactive: readInteractive(given(body.interactive, type), take) };
    case "template":
      return { type, template: readTemplate(given(body.template, type), take) };
    default:
      throw graphUnsupported({ detail: `The message type ${type.slice(0, 40)} cannot be sent.` });
  }
}

function given<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw graphParameter({ detail: `The parameter ${name} is required.` });
  return part;
}

function readContact(contact: GraphContact): Wish {
  const { name, phones = [], emails = [], urls = [], addresses = [], org, birthday } = contact;
  return {
    name: name.formatted_name,
    phones: phones.map(({ phone, wa_id: userId, type }) => optional({ number: phone ?? userId, type, userId })),
    emails,
    urls,
    addresses: addresses.map(({ type, street, zip, city, state, country }) =>
      optional({ text: [street, zip, city, state, country].filter(Boolean).join(", "), type }),
    ),
    ...optional({ organisation: org, birthday }),
  };
}

function readInteractive({ type, header, body, footer, action = {} }: GraphInteractive, take: TakeMedia): Wish {
  const frame = optional({ header: header && readHeader(header, take), body: body?.text, footer: footer?.text });
  switch (type) {
    case "button":
      return { kind: "buttons", ...frame, buttons: action.buttons?.map(({ reply }) => reply) };
    case "list":
      return { kind: "list", ...frame, buttonText: action.button, sections: action.sections };
    case "cta_url": {
      const { display_text: buttonText, url } = action.parameters ?? {};
      return { kind: "cta_url", ...frame, buttonText, url };
    }
    case "location_request_message":
      return { kind: "location_request", body: body?.text };
    default:
      throw graphUnsupported({ detail: `Interactive messages of the type ${type.slice(0, 40)} cannot be sent.` });
  }
}

function readHeader(header: NonNullable<GraphInteractive["header"]>, take: TakeMedia): Wish {
  const { type } = header;
  if (type === "text") return { kind: type, text: header.text };
  if (type === "image" || type === "video" || type === "document")
    return { kind: type, attachmentId: take(`interactive.header.${type}`, header[type]) };
  throw graphUnsupported({ detail: `An interactive header of the type ${type.slice(0, 40)} cannot be sent.` });
}
