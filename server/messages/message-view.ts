// One message as the API, the stream, webhooks and the inbox show it. Opened from its sealed row; never stored in this form.
import { z } from "zod";
import type { Address } from "../providers/address.ts";
import type { MessageContent, MessageContext, Referral } from "../providers/message-content.ts";
import type { MessageBody } from "./new-message.ts";

export const attachmentView = z
  .object({
    id: z.string(),
    kind: z.enum(["image", "video", "audio", "voice", "document", "sticker"]),
    state: z.enum(["pending", "stored", "failed", "removed"]),
    mimeType: z.string().nullable(),
    bytes: z.int().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    durationMs: z.int().nullable(),
    fileName: z.string().nullable(),
    errorCode: z.string().nullable(),
  })
  .meta({ id: "Attachment" });

const reactionView = z.object({
  emoji: z.string(),
  from: z.string().describe("The contact's id, or the member's or key's id for ours."),
  at: z.iso.datetime(),
});

export const messageError = z
  .object({
    code: z.string().describe("Ours, stable: `message.window_closed` …"),
    providerCode: z.string().optional(),
    sentence: z.string().describe("What happened, what it means, what to do."),
    sentenceKey: z.string().describe("The same, for translation."),
  })
  .meta({ id: "MessageError" });

export const messageStatuses = ["received", "queued", "sent", "failed", "delivered", "read", "played"] as const;

export const messageView = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    channelId: z.string(),
    contactId: z.string(),
    direction: z.enum(["inbound", "outbound"]),
    type: z.string().describe("`text`, `image`, … `unsupported`; open: treat an unknown one as unsupported."),
    text: z.string().optional().describe("The text, or the caption of a medium."),
    attachments: z.array(attachmentView),
    location: z
      .object({
        latitude: z.number(),
        longitude: z.number(),
        name: z.string().optional(),
        address: z.string().optional(),
        url: z.string().optional(),
      })
      .optional(),
    contacts: z.array(z.record(z.string(), z.unknown())).optional(),
    interactive: z.record(z.string(), z.unknown()).optional(),
    template: z.record(z.string(), z.unknown()).optional(),
    order: z.record(z.string(), z.unknown()).optional(),
    poll: z
      .object({
        question: z.string(),
        options: z.array(z.object({ text: z.string(), votes: z.int() })),
        isMultipleChoice: z.boolean(),
        votes: z.array(z.object({ from: z.string(), options: z.array(z.string()), at: z.iso.datetime() })),
      })
      .optional()
      .describe("`votes` has the newest vote of each person, by contact id."),
    system: z.object({ kind: z.string(), text: z.string().optional() }).optional(),
    reactions: z.array(reactionView),
    replyTo: z
      .object({ messageId: z.string().nullable(), providerMessageId: z.string().optional() })
      .optional()
      .describe("`messageId` is null when the quoted message is not known here."),
    referral: z.record(z.string(), z.unknown()).optional(),
    callbackData: z.string().optional().describe("What the sender of an outbound message gave along."),
    isForwarded: z.boolean().optional(),
    author: z.object({ kind: z.enum(["member", "api_key", "phone_app"]), id: z.string().nullable() }).optional(),
    sender: z
      .object({ contactId: z.string(), name: z.string().nullable() })
      .optional()
      .describe("Who spoke, in a group."),
    status: z.enum(messageStatuses),
    error: messageError.optional(),
    providerMessageId: z.string().nullable(),
    sentAt: z.iso.datetime().nullable().describe("The provider's time; of an outbound message, when it was accepted."),
    receivedAt: z.iso.datetime(),
    sortAt: z.iso.datetime().describe("Thread order is (sortAt, id) and never changes."),
    scheduledAt: z.iso.datetime().optional(),
    editedAt: z.iso.datetime().optional(),
    deletedAt: z.iso.datetime().optional(),
    contentDestroyedAt: z.iso.datetime().optional().describe("When what was said, and its files, were destroyed."),
    content: z.null().optional().describe("There, and null, when what was said was destroyed."),
    raw: z.unknown().optional().describe("The provider's object, for kinds this version does not know."),
  })
  .meta({ id: "Message" });

export const messageDetail = messageView.extend({
  statuses: z.array(
    z.object({ status: z.enum(messageStatuses), at: z.iso.datetime(), error: messageError.optional() }),
  ),
});

export type AttachmentView = z.output<typeof attachmentView>;
export type MessageView = z.output<typeof messageView>;

/** The sealed JSON of an inbound message (and of an echo or a history message, whatever their direction). */
export interface ReceivedContent {
  content: MessageContent;
  providerMessageId?: string;
  context?: MessageContext;
  referral?: Referral;
  isCut?: true;
}

/** The sealed JSON of a message that we send. */
export interface SentContent {
  body: MessageBody;
  to: Address;
  replyTo?: { providerMessageId: string };
  /** what a reaction, an edit or a withdrawal is about */
  target?: { providerMessageId: string };
  /** the same in rows of earlier versions */
  reactionTo?: { providerMessageId: string };
  /** of a poll: base64; with it the network's votes can be read */
  votesKey?: string;
  /** who wrote the message that this one answers or reacts to */
  refersTo?: { isOwn: boolean; author?: Address };
}

export type StoredContent = ReceivedContent | SentContent;

type ContentView = Pick<
  MessageView,
  | "type"
  | "text"
  | "location"
  | "contacts"
  | "interactive"
  | "template"
  | "order"
  | "poll"
  | "system"
  | "referral"
  | "callbackData"
  | "isForwarded"
  | "raw"
>;

const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

function receivedView({ content, context, referral }: ReceivedContent): ContentView {
  const frame = {
    ...(referral ? { referral: plain(referral) } : {}),
    ...(context?.isForwarded || context?.isFrequentlyForwarded ? { isForwarded: true } : {}),
  };
  switch (content.kind) {
    case "text":
      return { ...frame, type: "text", text: content.text };
    case "image":
    case "video":
    case "document":
      return { ...frame, type: content.kind, ...(content.caption === undefined ? {} : { text: content.caption }) };
    case "audio":
      return { ...frame, type: content.isVoice ? "voice" : "audio" };
    case "sticker":
      return { ...frame, type: "sticker" };
    case "location": {
      const { kind: _, ...location } = content;
      return { ...frame, type: "location", location };
    }
    case "contacts":
      return { ...frame, type: "contacts", contacts: content.contacts.map(plain) };
    case "interactive_reply": {
      const { reply } = content;
      const text = "title" in reply ? reply.title : reply.kind === "flow" ? reply.text : undefined;
      return { ...frame, type: "interactive", interactive: plain(reply), ...(text === undefined ? {} : { text }) };
    }
    case "template_button":
      return {
        ...frame,
        type: "button",
        text: content.text,
        interactive: plain({ ...content, kind: "template_button" }),
      };
    case "order":
      return {
        ...frame,
        type: "order",
        order: plain(content),
        ...(content.text === undefined ? {} : { text: content.text }),
      };
    case "poll":
      return { ...frame, type: "poll", poll: pollView(content) };
    case "system":
      return {
        ...frame,
        type: "system",
        system: { kind: content.systemKind, ...(content.text === undefined ? {} : { text: content.text }) },
      };
    case "media_placeholder":
      return { ...frame, type: "media_placeholder" };
    case "unsupported":
      return { ...frame, type: "unsupported", raw: content.raw };
  }
}

/** The poll before anybody voted. */
function pollView(poll: { question: string; options: readonly string[]; isMultipleChoice?: boolean | undefined }) {
  const { question, options, isMultipleChoice = false } = poll;
  return { question, isMultipleChoice, options: options.map((text) => ({ text, votes: 0 })), votes: [] };
}

function sentView({ body }: SentContent): ContentView {
  switch (body.type) {
    case "text":
      return { type: "text", text: body.text };
    case "image":
    case "video":
    case "document":
      return { type: body.type, ...(body.attachment.caption === undefined ? {} : { text: body.attachment.caption }) };
    case "audio":
    case "voice":
    case "sticker":
      return { type: body.type };
    case "location":
      return { type: "location", location: plain(body.location) as MessageView["location"] };
    case "contacts":
      return { type: "contacts", contacts: body.contacts.map(plain) };
    case "reaction":
    case "delete":
      return { type: body.type };
    case "edit":
      return { type: "edit", text: body.edit.text };
    case "poll":
      return { type: "poll", poll: pollView(body.poll) };
    case "interactive":
      return { type: "interactive", text: body.interactive.body, interactive: plain(body.interactive) };
    case "template":
      return { type: "template", template: plain(body.template) };
  }
}

/** What the content adds to the view. `undefined` stands for content that was destroyed or cannot be opened. */
export function contentView(type: string, stored: StoredContent | undefined): ContentView {
  if (!stored) return { type };
  if (!("body" in stored)) return receivedView(stored);
  const { callbackData } = stored.body;
  return { ...sentView(stored), ...(callbackData === undefined ? {} : { callbackData }) };
}

/** Words of a message for the search index: text, captions, names of places and files, titles that were chosen. */
export function searchableText(stored: StoredContent): string {
  const view = contentView("", stored);
  const found: (string | undefined)[] = [view.text, view.location?.name, view.location?.address, view.system?.text];
  found.push(view.poll?.question, ...(view.poll?.options ?? []).map(({ text }) => text));
  for (const contact of view.contacts ?? [])
    found.push(typeof contact["name"] === "string" ? contact["name"] : undefined);
  if (!("body" in stored) && "media" in stored.content) found.push(stored.content.media.filename);
  if ("body" in stored && stored.body.type === "template") {
    for (const p of [...(stored.body.template.header ?? []), ...(stored.body.template.body ?? [])]) {
      if (p.kind === "text") found.push(p.text);
    }
  }
  return found.filter(Boolean).join(" ");
}
