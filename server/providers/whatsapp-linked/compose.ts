// From an outbound message to the network's protobuf. Media are uploaded on the way.
import type { BinaryNode, proto } from "baileys";

import type { OutboundContent, OutboundMedia, OutboundMessage, OutboundPoll } from "../outbound-message.ts";
import { refuse } from "./faults.ts";
import type { Uploaded } from "./media.ts";
import type { CipherKind } from "./media-ref.ts";
import { writeVcard } from "./vcard.ts";

// proto.Message.ProtocolMessage.Type
const REVOKE = 0;
const MESSAGE_EDIT = 14;

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

/** As the apps write it: one answer is version 3, several are version 1, and the key travels beside the poll. */
function pollOf({ question: name, options, isMultipleChoice, votesKey }: OutboundPoll): proto.IMessage {
  const poll = {
    name,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: isMultipleChoice ? 0 : 1,
  };
  return {
    ...(isMultipleChoice ? { pollCreationMessage: poll } : { pollCreationMessageV3: poll }),
    messageContextInfo: { messageSecret: votesKey },
  };
}

/** What a stanza says of its message on the outside; servers look at it, they cannot look inside (Baileys rc14, messages-send.js). */
export function outsideOf({ kind }: OutboundContent): {
  additionalAttributes?: Record<string, string>;
  additionalNodes?: BinaryNode[];
} {
  if (kind === "edit") return { additionalAttributes: { edit: "1" } };
  if (kind === "delete") return { additionalAttributes: { edit: "7" } };
  return kind === "poll" ? { additionalNodes: [{ tag: "meta", attrs: { polltype: "creation" } }] } : {};
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
    case "edit": {
      const editedMessage = { conversation: content.text };
      const key = refer(content.targetProviderMessageId);
      return { protocolMessage: { key, type: MESSAGE_EDIT, editedMessage, timestampMs: Date.now() } };
    }
    case "delete":
      return { protocolMessage: { key: refer(content.targetProviderMessageId), type: REVOKE } };
    case "poll":
      return pollOf(content);
    case "interactive":
    case "template":
      throw refuse({ kind: "rejected", code: "kind_unsupported", scope: "message", sentence: "kind_unsupported" });
  }
}
