// From the sealed content of a message to what a provider sends. Media stay streams; their keys are opened at the last moment.
import type { App } from "../platform/context.ts";
import { tryOpenText } from "../platform/seal.ts";
import { attachmentPlace } from "../media/attachment-places.ts";
import { openBlobKey } from "../media/media-keys.ts";
import { openContent } from "../messages/message-content.ts";
import type { SentContent } from "../messages/message-view.ts";
import type {
  OutboundContent,
  OutboundInteractive,
  OutboundMedia,
  OutboundMessage,
  TemplateButton,
  TemplateFill,
  TemplateParameter,
} from "../providers/outbound-message.ts";
import type { Claimed } from "./claim.ts";

/** The content was destroyed, or a file of it is gone: it cannot be sent any more. */
export class NothingToSend extends Error {
  override name = "NothingToSend";
}

type Parameter = NonNullable<Extract<SentContent["body"], { type: "template" }>["template"]["body"]>[number];
type Fill = Pick<Extract<SentContent["body"], { type: "template" }>["template"], "header" | "body" | "buttons">;

/** @throws NothingToSend */
export function composeOutbound(app: App, claimed: Claimed): OutboundMessage {
  const { workspaceId } = claimed;
  const stored = openContent(app.keyring, "deliver", { workspaceId, id: claimed.messageId, content: claimed.content });
  if (!stored || !("body" in stored)) throw new NothingToSend();

  const media = (attachmentId: string): OutboundMedia => {
    const found = claimed.attachments.find((attachment) => attachment.id === attachmentId);
    const { blobName, blobKey } = found ?? {};
    if (!found || !blobName || !blobKey) throw new NothingToSend();
    const details =
      found.details &&
      tryOpenText(app.keyring, attachmentPlace(workspaceId, found.id, "details"), Buffer.from(found.details, "base64"));
    const filename = details ? (JSON.parse(details) as { filename?: string }).filename : undefined;
    return {
      mimeType: found.mimeType ?? "application/octet-stream",
      byteLength: found.bytes,
      ...(filename === undefined ? {} : { filename }),
      open: async () => {
        const key = openBlobKey(app.keyring, workspaceId, found.id, Buffer.from(blobKey, "base64"));
        return (await app.blobs.get(blobName, key)).stream;
      },
    };
  };
  return {
    to: stored.to,
    content: contentOf(stored, media),
    ...(stored.replyTo ? { replyTo: stored.replyTo.providerMessageId } : {}),
    ...(stored.refersTo ? { refersTo: stored.refersTo } : {}),
    callbackData: claimed.messageId,
  };
}

function contentOf(stored: SentContent, media: (id: string) => OutboundMedia): OutboundContent {
  const { body, target = stored.reactionTo } = stored;
  const targetId = (): string => {
    if (!target) throw new NothingToSend();
    return target.providerMessageId;
  };
  switch (body.type) {
    case "text":
      return {
        kind: "text",
        text: body.text,
        ...(body.hasLinkPreview === undefined ? {} : { hasLinkPreview: body.hasLinkPreview }),
      };
    case "image":
    case "video":
    case "document": {
      const { id, caption } = body.attachment;
      return { kind: body.type, media: media(id), ...(caption === undefined ? {} : { caption }) };
    }
    case "audio":
    case "voice":
    case "sticker":
      return { kind: body.type, media: media(body.attachment.id) };
    case "location":
      return exact({ kind: "location", ...body.location });
    case "contacts":
      return exact({ kind: "contacts", contacts: body.contacts });
    case "reaction":
      return { kind: "reaction", targetProviderMessageId: targetId(), emoji: body.reaction.emoji };
    case "edit": {
      const { text, until } = body.edit;
      return { kind: "edit", targetProviderMessageId: targetId(), text, until: new Date(until) };
    }
    case "delete":
      return { kind: "delete", targetProviderMessageId: targetId(), until: new Date(body.delete.until) };
    case "poll": {
      const { question, options, isMultipleChoice = false } = body.poll;
      const votesKey = Buffer.from(stored.votesKey ?? "", "base64");
      return { kind: "poll", question, options, isMultipleChoice, votesKey };
    }
    case "interactive":
      return { kind: "interactive", interactive: interactiveOf(body.interactive, media) };
    case "template": {
      const { name, language, cards, offerExpiresAt } = body.template;
      return {
        kind: "template",
        template: {
          name,
          language,
          ...fillOf(body.template, media),
          ...(cards ? { cards: cards.map((card) => fillOf(card, media)) } : {}),
          ...(offerExpiresAt ? { offerExpiresAt: new Date(offerExpiresAt) } : {}),
        },
      };
    }
  }
}

function interactiveOf(
  body: Extract<SentContent["body"], { type: "interactive" }>["interactive"],
  media: (id: string) => OutboundMedia,
): OutboundInteractive {
  if (body.kind === "location_request") return body;
  const { header, ...rest } = body;
  if (!header) return exact(rest);
  return exact({
    ...rest,
    header: header.kind === "text" ? header : { kind: header.kind, media: media(header.attachmentId) },
  });
}

function fillOf(fill: Fill, media: (id: string) => OutboundMedia): TemplateFill {
  const parameter = (p: Parameter): TemplateParameter =>
    "attachmentId" in p ? { kind: p.kind, media: media(p.attachmentId) } : exact(p);
  return {
    ...(fill.header ? { header: fill.header.map(parameter) } : {}),
    ...(fill.body ? { body: fill.body.map(parameter) } : {}),
    ...(fill.buttons ? { buttons: fill.buttons.map(exact<TemplateButton>) } : {}),
  };
}

/** zod leaves absent keys absent, but its types say `| undefined`, which the providers' exact types do not. */
function exact<T>(value: object): T {
  return value as T;
}
