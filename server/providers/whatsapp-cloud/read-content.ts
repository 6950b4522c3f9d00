import type {
  InteractiveReply,
  MediaRef,
  MessageContent,
  MessageContext,
  OrderItem,
  Referral,
} from "../message-content.ts";
import {
  type Cut,
  type Draft,
  type Json,
  asList,
  asObject,
  cleanJson,
  readId,
  readNumber,
  readSeconds,
  readSha256,
  readText,
  readUrl,
} from "../json-read.ts";
import { longest } from "./longest.ts";
import { readContacts } from "./read-contacts.ts";

// What a WhatsApp message says. Shapes: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
// What cannot be read becomes `unsupported` with the message as it came: shown as a placeholder, never lost.

export function readContent(message: Json, kind: string, cut: Cut): MessageContent {
  const body = message[kind];
  const content = kind === "contacts" ? readContacts(body, cut) : readKnown(kind, asObject(body), cut);
  return content ?? unsupported(message, kind);
}

function readKnown(kind: string, body: Json | undefined, cut: Cut): MessageContent | undefined {
  if (kind === "media_placeholder") return { kind: "media_placeholder" };
  // Somebody opened the chat and has said nothing yet.
  if (kind === "request_welcome") return { kind: "system", systemKind: kind };
  if (body === undefined) return undefined;
  switch (kind) {
    case "text": {
      const text = readText(body["body"], longest.text, cut);
      return text === undefined ? undefined : { kind: "text", text };
    }
    case "image":
    case "video":
    case "document": {
      const media = readMedia(body, cut);
      if (media === undefined) return undefined;
      const caption = readText(body["caption"], longest.text, cut);
      return caption === undefined ? { kind, media } : { kind, media, caption };
    }
    case "audio":
    case "voice": {
      const media = readMedia(body, cut);
      return media && { kind: "audio", media, isVoice: kind === "voice" || body["voice"] === true };
    }
    case "sticker": {
      const media = readMedia(body, cut);
      return media && { kind: "sticker", media, isAnimated: body["animated"] === true };
    }
    case "location":
      return readLocation(body, cut);
    case "interactive":
      return { kind: "interactive_reply", reply: readReply(body, cut) };
    case "button": {
      const payload = readText(body["payload"], longest.line, cut);
      const text = readText(body["text"], longest.line, cut) ?? payload;
      if (text === undefined) return undefined;
      return payload === undefined ? { kind: "template_button", text } : { kind: "template_button", text, payload };
    }
    case "order":
      return readOrder(body, cut);
    case "system":
      return readSystem(body, cut);
    default:
      return undefined;
  }
}

function unsupported(message: Json, kind: string): MessageContent {
  const inner = readText(asObject(message["unsupported"])?.["type"], 64);
  const code = readText(asObject(asList(message["errors"])[0])?.["code"], 32);
  const content: Draft<Extract<MessageContent, { kind: "unsupported" }>> = {
    kind: "unsupported",
    providerKind: inner ?? readText(kind, 64) ?? "unknown",
    raw: cleanJson(message),
  };
  if (code !== undefined) content.code = code;
  return content;
}

function readMedia(body: Json, cut: Cut): MediaRef | undefined {
  const id = readId(body["id"]);
  if (id === undefined) return undefined;
  const media: Draft<MediaRef> = { id, mimeType: readText(body["mime_type"], 128) ?? "application/octet-stream" };
  const sha256 = readSha256(body["sha256"]);
  if (sha256 !== undefined) media.sha256 = sha256;
  const url = readUrl(body["url"], 4096);
  if (url !== undefined) media.url = url;
  const byteLength = readNumber(body["file_size"]);
  if (byteLength !== undefined) media.byteLength = byteLength;
  const filename = readText(body["filename"], longest.title, cut);
  if (filename !== undefined) media.filename = filename;
  return media;
}

function readLocation(body: Json, cut: Cut): MessageContent | undefined {
  const latitude = readNumber(body["latitude"]);
  const longitude = readNumber(body["longitude"]);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  const location: Draft<Extract<MessageContent, { kind: "location" }>> = { kind: "location", latitude, longitude };
  const name = readText(body["name"], longest.title, cut);
  if (name !== undefined) location.name = name;
  const address = readText(body["address"], longest.line, cut);
  if (address !== undefined) location.address = address;
  const url = readUrl(body["url"]);
  if (url !== undefined) location.url = url;
  return location;
}

function readReply(body: Json, cut: Cut): InteractiveReply {
  const kind = readText(body["type"], 64) ?? "unknown";
  const inner = asObject(body[kind]);
  const id = readText(inner?.["id"], longest.line, cut) ?? "";
  const title = readText(inner?.["title"], longest.line, cut) ?? id;
  if (inner !== undefined && kind === "button_reply") return { kind: "button", id, title };
  if (inner !== undefined && kind === "list_reply") {
    const description = readText(inner["description"], longest.line, cut);
    return description === undefined ? { kind: "list", id, title } : { kind: "list", id, title, description };
  }
  if (inner !== undefined && kind === "nfm_reply") return readFlow(inner, cut);
  if (inner !== undefined && kind === "call_permission_reply") {
    const expiresAt = readSeconds(inner["expiration_timestamp"]);
    const isAccepted = inner["response"] === "accept";
    return expiresAt === undefined
      ? { kind: "call_permission", isAccepted }
      : { kind: "call_permission", isAccepted, expiresAt };
  }
  if (inner !== undefined && kind === "payment_notification") {
    const reference = readText(inner["reference_id"], longest.title, cut);
    const status = readText(inner["payment_status"], 64);
    return {
      kind: "payment",
      ...(reference !== undefined && { reference }),
      ...(status !== undefined && { status }),
    };
  }
  return { kind: "other", providerKind: kind, raw: cleanJson(body) };
}

/** A submitted WhatsApp Flow. The answers come as JSON inside a string. */
function readFlow(inner: Json, cut: Cut): InteractiveReply {
  const name = readText(inner["name"], longest.title, cut);
  const text = readText(inner["body"], longest.line, cut);
  let fields: Json | undefined;
  try {
    const json = inner["response_json"];
    fields = asObject(cleanJson(typeof json === "string" ? JSON.parse(json) : json));
  } catch {
    fields = { response: readText(inner["response_json"], longest.text, cut) ?? "" };
  }
  return {
    kind: "flow",
    ...(name !== undefined && { name }),
    ...(text !== undefined && { text }),
    fields: fields ?? {},
  };
}

function readOrder(body: Json, cut: Cut): MessageContent {
  const items: OrderItem[] = [];
  for (const entry of asList(body["product_items"]).slice(0, longest.list)) {
    const item = asObject(entry);
    const productId = readText(item?.["product_retailer_id"], longest.title, cut);
    if (item === undefined || productId === undefined) continue;
    items.push({
      productId,
      quantity: readNumber(item["quantity"]) ?? 1,
      price: readNumber(item["item_price"]) ?? 0,
      currency: readText(item["currency"], 8) ?? "",
    });
  }
  const catalogId = readId(body["catalog_id"]);
  const text = readText(body["text"], longest.text, cut);
  return { kind: "order", ...(catalogId !== undefined && { catalogId }), ...(text !== undefined && { text }), items };
}

function readSystem(body: Json, cut: Cut): MessageContent {
  const text = readText(body["body"], longest.line, cut);
  const systemKind = readText(body["type"], 64) ?? "unknown";
  return text === undefined ? { kind: "system", systemKind } : { kind: "system", systemKind, text };
}

export function readContext(value: unknown): MessageContext | undefined {
  const body = asObject(value);
  if (body === undefined) return undefined;
  const context: Draft<MessageContext> = {};
  const id = readId(body["id"]);
  if (id !== undefined) {
    const from = readText(body["from"], 256);
    context.replyTo = from === undefined ? { providerMessageId: id } : { providerMessageId: id, from };
  }
  if (body["forwarded"] === true) context.isForwarded = true;
  if (body["frequently_forwarded"] === true) context.isForwarded = context.isFrequentlyForwarded = true;
  const product = asObject(body["referred_product"]);
  if (product !== undefined) {
    const catalogId = readId(product["catalog_id"]);
    const productId = readText(product["product_retailer_id"], longest.title);
    if (catalogId !== undefined || productId !== undefined) {
      context.product = {
        ...(catalogId !== undefined && { catalogId }),
        ...(productId !== undefined && { productId }),
      };
    }
  }
  return Object.keys(context).length === 0 ? undefined : context;
}

export function readReferral(value: unknown, cut: Cut): Referral | undefined {
  const body = asObject(value);
  if (body === undefined) return undefined;
  const text = (key: string, max: number) => readText(body[key], max, cut);
  const found = {
    sourceKind: text("source_type", 64),
    sourceId: readId(body["source_id"]),
    sourceUrl: readUrl(body["source_url"]),
    headline: text("headline", longest.line),
    body: text("body", longest.text),
    mediaKind: text("media_type", 64),
    mediaUrl: readUrl(body["video_url"]) ?? readUrl(body["image_url"]),
    thumbnailUrl: readUrl(body["thumbnail_url"]),
    clickId: readId(body["ctwa_clid"], 1024),
    welcomeText: readText(asObject(body["welcome_message"])?.["text"], longest.text, cut),
  };
  const filled = Object.entries(found).filter(([, part]) => part !== undefined);
  return filled.length === 0 ? undefined : (Object.fromEntries(filled) as Referral);
}
