import type { Address } from "../address.ts";
import type { SharedContact } from "../message-content.ts";
import type { OutboundContent, OutboundInteractive, OutboundMedia, OutboundMessage } from "../outbound-message.ts";
import type { FaultSentenceKey } from "../fault-sentences.ts";
import { ProviderError } from "../provider-error.ts";
import { capabilities } from "./capabilities.ts";
import { composeTemplate } from "./compose-template.ts";

/** Uploads and gives the media id. */
export type Upload = (media: OutboundMedia) => Promise<string>;

type Body = Record<string, unknown>;

function refuse(code: string, sentence: FaultSentenceKey): never {
  throw new ProviderError({ kind: "rejected", code, scope: "message", sentence });
}

/** The body of `POST /{phone}/messages`. https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export async function composeMessage(message: OutboundMessage, upload: Upload): Promise<Body> {
  const { content } = message;
  const isContextual = message.replyTo !== undefined && content.kind !== "reaction";
  return {
    messaging_product: "whatsapp",
    ...composeRecipient(message.to),
    ...(await composeContent(content, upload)),
    ...(isContextual && { context: { message_id: message.replyTo } }),
    ...(message.callbackData !== undefined && { biz_opaque_callback_data: message.callbackData }),
  };
}

/** Always with `+`: without it Meta prepends the business number's own country code. `to` wins over `recipient`, so never both. */
function composeRecipient(to: Address): Body {
  switch (to.kind) {
    case "phone":
      return { recipient_type: "individual", to: to.value.startsWith("+") ? to.value : `+${to.value}` };
    case "wa_user_id":
    case "wa_parent_user_id":
      return { recipient_type: "individual", recipient: to.value };
    case "group":
      return { recipient_type: "group", to: to.value };
    case "username":
    case "wa_lid":
    case "psid":
    case "igsid":
      return refuse("address_kind", "not_supported_here");
  }
}

async function composeContent(content: OutboundContent, upload: Upload): Promise<Body> {
  switch (content.kind) {
    case "text": {
      if (content.text.length > capabilities.text.value.maxLength) return refuse("text_too_long", "too_long");
      return { type: "text", text: { body: content.text, preview_url: content.hasLinkPreview === true } };
    }
    case "image":
    case "video":
      return { type: content.kind, [content.kind]: { id: await upload(content.media), ...caption(content.caption) } };
    case "document": {
      const { filename } = content.media;
      const document = {
        ...caption(content.caption),
        ...(filename !== undefined && { filename }),
      };
      return { type: "document", document: { id: await upload(content.media), ...document } };
    }
    case "audio":
      return { type: "audio", audio: { id: await upload(content.media) } };
    case "voice":
      return { type: "audio", audio: { id: await upload(content.media), voice: true } };
    case "sticker":
      return { type: "sticker", sticker: { id: await upload(content.media) } };
    case "location": {
      const { kind: _kind, ...location } = content;
      return { type: "location", location };
    }
    case "contacts":
      return { type: "contacts", contacts: content.contacts.map(composeContact) };
    case "reaction":
      return {
        type: "reaction",
        reaction: { message_id: content.targetProviderMessageId, emoji: content.emoji ?? "" },
      };
    case "edit":
    case "delete":
    case "poll":
      return refuse("kind_unsupported", "kind_unsupported");
    case "interactive":
      return { type: "interactive", interactive: await composeInteractive(content.interactive, upload) };
    case "template":
      return { type: "template", template: await composeTemplate(content.template, upload) };
  }
}

function caption(text: string | undefined): Body {
  if (text === undefined) return {};
  return text.length > capabilities.caption.value.maxLength
    ? refuse("caption_too_long", "too_long")
    : { caption: text };
}

/** `formatted_name` alone is refused: one more part of the name must be there. */
function composeContact(contact: SharedContact): Body {
  const org = contact.organisation;
  return {
    name: { formatted_name: contact.name, first_name: contact.name },
    phones: contact.phones.map(({ number, type, userId }) => ({
      phone: number,
      ...(type !== undefined && { type }),
      ...(userId !== undefined && { wa_id: userId }),
    })),
    ...(contact.emails.length > 0 && { emails: contact.emails }),
    ...(contact.urls.length > 0 && { urls: contact.urls }),
    ...(contact.addresses.length > 0 && {
      addresses: contact.addresses.map(({ text, type }) => ({ street: text, ...(type !== undefined && { type }) })),
    }),
    ...(org && { org }),
    ...(contact.birthday !== undefined && { birthday: contact.birthday }),
  };
}

async function composeInteractive(interactive: OutboundInteractive, upload: Upload): Promise<Body> {
  const body = { text: interactive.body };
  if (interactive.kind === "location_request") {
    return { type: "location_request_message", body, action: { name: "send_location" } };
  }
  const { header, footer } = interactive;
  const frame: Body = { body, ...(footer !== undefined && { footer: { text: footer } }) };
  if (header?.kind === "text") frame["header"] = { type: "text", text: header.text };
  else if (header !== undefined)
    frame["header"] = { type: header.kind, [header.kind]: { id: await upload(header.media) } };
  switch (interactive.kind) {
    case "buttons": {
      const buttons = interactive.buttons.map(({ id, title }) => ({ type: "reply", reply: { id, title } }));
      return { type: "button", ...frame, action: { buttons } };
    }
    case "list":
      return { type: "list", ...frame, action: { button: interactive.buttonText, sections: interactive.sections } };
    case "cta_url": {
      const parameters = { display_text: interactive.buttonText, url: interactive.url };
      return { type: "cta_url", ...frame, action: { name: "cta_url", parameters } };
    }
  }
}
