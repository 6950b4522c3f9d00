// From an outbound message to the network's protobuf. Media are uploaded on the way.
import type { proto } from "baileys";

import type { OutboundContent, OutboundMedia, OutboundMessage } from "../outbound-message.ts";
import { refuse } from "./faults.ts";
import type { Uploaded } from "./media.ts";
import type { CipherKind } from "./media-ref.ts";
import { writeVcard } from "./vcard.ts";

export type Upload = (media: OutboundMedia, kind: CipherKind) => Promise<Uploaded>;

/** What a message refers to, as the network names it. */
export type Refer = (providerMessageId: string) => proto.IMessageKey;

/** @throws ProviderError for kinds that this network has not */
export async function composeMessage(message: OutboundMessage, refer: Refer, upload: Upload): Promise<proto.IMessage> {
  const quoted = message.replyTo === undefined ? undefined : refer(message.replyTo);
  const contextInfo: { contextInfo?: proto.IContextInfo } = quoted?.id
    ? {
        contextInfo: {
          stanzaId: quoted.id,
          participant: quoted.participant ?? null,
          quotedMessage: { conversation: "" },
        },
      }
    : {};
  return contentOf(message.content, contextInfo, refer, upload);
}

async function contentOf(
  content: OutboundContent,
  context: { contextInfo?: proto.IContextInfo },
  refer: Refer,
  upload: Upload,
): Promise<proto.IMessage> {
  switch (content.kind) {
    case "text":
      return context.contextInfo
        ? { extendedTextMessage: { text: content.text, ...context } }
        : { conversation: content.text };
    case "image":
      return {
        imageMessage: { ...(await upload(content.media, "image")), caption: content.caption ?? null, ...context },
      };
    case "video":
      return {
        videoMessage: { ...(await upload(content.media, "video")), caption: content.caption ?? null, ...context },
      };
    case "audio":
      return { audioMessage: { ...(await upload(content.media, "audio")), ...context } };
    case "voice":
      return { audioMessage: { ...(await upload(content.media, "audio")), ptt: true, ...context } };
    case "document": {
      const fileName = content.media.filename ?? "file";
      const caption = content.caption ?? null;
      return {
        documentMessage: {
          ...(await upload(content.media, "document")),
          fileName,
          title: fileName,
          caption,
          ...context,
        },
      };
    }
    case "sticker":
      return { stickerMessage: { ...(await upload(content.media, "sticker")), ...context } };
    case "location": {
      const { latitude: degreesLatitude, longitude: degreesLongitude, name = null, address = null } = content;
      return { locationMessage: { degreesLatitude, degreesLongitude, name, address, ...context } };
    }
    case "contacts": {
      const cards = content.contacts.map((contact) => ({ displayName: contact.name, vcard: writeVcard(contact) }));
      const [only] = cards;
      if (cards.length === 1 && only) return { contactMessage: { ...only, ...context } };
      return { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards, ...context } };
    }
    case "reaction":
      return {
        reactionMessage: {
          key: refer(content.targetProviderMessageId),
          text: content.emoji ?? "",
          senderTimestampMs: Date.now(),
        },
      };
    case "interactive":
    case "template":
      throw refuse({ kind: "rejected", code: "kind_unsupported", scope: "message", sentence: "kind_unsupported" });
  }
}
