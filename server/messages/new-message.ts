// What a caller may ask to be sent: the body of POST /v1/messages, and (sealed) the content of an outbound message.
import { z } from "zod";

const attachmentId = z
  .string()
  .regex(/^att_[0-9a-z]{26}$/)
  .describe("From `POST /v1/media`.");

const sharedContact = z.object({
  name: z.string().min(1).max(256),
  phones: z
    .array(
      z.object({
        number: z.string().max(40),
        type: z.string().max(20).optional(),
        userId: z
          .string()
          .max(200)
          .optional()
          .describe("The provider's id of the person, where they can be written to."),
      }),
    )
    .max(20)
    .default([]),
  emails: z
    .array(z.object({ email: z.string().max(254), type: z.string().max(20).optional() }))
    .max(20)
    .default([]),
  urls: z
    .array(z.object({ url: z.string().max(2048), type: z.string().max(20).optional() }))
    .max(20)
    .default([]),
  addresses: z
    .array(z.object({ text: z.string().max(1024), type: z.string().max(20).optional() }))
    .max(20)
    .default([]),
  organisation: z
    .object({
      company: z.string().max(256).optional(),
      department: z.string().max(256).optional(),
      title: z.string().max(256).optional(),
    })
    .optional(),
  birthday: z.string().max(20).optional(),
});

const mediaHeader = z.object({ kind: z.enum(["image", "video", "document"]), attachmentId });
const interactiveFrame = {
  header: z.union([z.object({ kind: z.literal("text"), text: z.string().min(1).max(60) }), mediaHeader]).optional(),
  body: z.string().min(1).max(4096),
  footer: z.string().max(60).optional(),
};

export const interactiveBody = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("buttons"),
    ...interactiveFrame,
    buttons: z
      .array(z.object({ id: z.string().min(1).max(256), title: z.string().min(1).max(20) }))
      .min(1)
      .max(3),
  }),
  z.object({
    kind: z.literal("list"),
    ...interactiveFrame,
    buttonText: z.string().min(1).max(20),
    sections: z
      .array(
        z.object({
          title: z.string().max(24).optional(),
          rows: z
            .array(
              z.object({
                id: z.string().min(1).max(200),
                title: z.string().min(1).max(24),
                description: z.string().max(72).optional(),
              }),
            )
            .min(1),
        }),
      )
      .min(1)
      .max(10)
      .refine(
        (sections) => sections.reduce((n, s) => n + s.rows.length, 0) <= 10,
        "at most 10 rows in all sections together",
      ),
  }),
  z.object({
    kind: z.literal("cta_url"),
    ...interactiveFrame,
    buttonText: z.string().min(1).max(20),
    url: z.url().max(2000),
  }),
  z.object({ kind: z.literal("location_request"), body: z.string().min(1).max(1024) }),
]);

const templateParameter = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), name: z.string().max(64).optional(), text: z.string().min(1).max(1024) }),
  z.object({
    kind: z.literal("currency"),
    name: z.string().max(64).optional(),
    fallback: z.string().min(1).max(100),
    code: z.string().length(3),
    amount1000: z.int(),
  }),
  z.object({ kind: z.literal("date_time"), name: z.string().max(64).optional(), fallback: z.string().min(1).max(100) }),
  mediaHeader,
  z.object({
    kind: z.literal("location"),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: z.string().max(255).optional(),
    address: z.string().max(1024).optional(),
  }),
]);

const templateButton = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("quick_reply"), index: z.int().min(0).max(9), payload: z.string().max(256) }),
  z.object({ kind: z.literal("url"), index: z.int().min(0).max(9), suffix: z.string().min(1).max(2000) }),
  z.object({ kind: z.literal("copy_code"), index: z.int().min(0).max(9), code: z.string().min(1).max(20) }),
  z.object({
    kind: z.literal("flow"),
    index: z.int().min(0).max(9),
    token: z.string().max(200).optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    kind: z.literal("catalog"),
    index: z.int().min(0).max(9),
    thumbnailProductId: z.string().max(100).optional(),
  }),
]);

const templateFill = {
  header: z.array(templateParameter).max(1).optional(),
  body: z.array(templateParameter).max(20).optional(),
  buttons: z.array(templateButton).max(10).optional(),
};

export const templateBody = z.object({
  name: z.string().min(1).max(512),
  language: z.string().min(2).max(20),
  ...templateFill,
  cards: z.array(z.object(templateFill)).min(2).max(10).optional(),
  offerExpiresAt: z.iso.datetime({ offset: true }).optional(),
});

const common = {
  replyTo: z
    .string()
    .regex(/^msg_[0-9a-z]{26}$/)
    .optional()
    .describe("Id of the message this one answers."),
  purpose: z
    .enum(["service", "utility", "marketing", "authentication"])
    .optional()
    .describe(
      "Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here.",
    ),
  callbackData: z.string().max(512).optional().describe("Yours: comes back with the message and its events."),
  scheduledAt: z.iso.datetime({ offset: true }).optional().describe("Not before this time; at most 365 days ahead."),
};

export const messageText = z.string().trim().min(1).max(65_536);
const captioned = z.object({ id: attachmentId, caption: z.string().max(1024).optional() });
const bare = z.object({ id: attachmentId });

export const messageBody = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("text"),
    text: messageText,
    hasLinkPreview: z.boolean().optional(),
    ...common,
  }),
  z.object({ type: z.literal("image"), attachment: captioned, ...common }),
  z.object({ type: z.literal("video"), attachment: captioned, ...common }),
  z.object({ type: z.literal("document"), attachment: captioned, ...common }),
  z.object({ type: z.literal("audio"), attachment: bare, ...common }),
  z.object({ type: z.literal("voice"), attachment: bare, ...common }),
  z.object({ type: z.literal("sticker"), attachment: bare, ...common }),
  z.object({
    type: z.literal("location"),
    location: z.object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: z.string().max(255).optional(),
      address: z.string().max(1024).optional(),
    }),
    ...common,
  }),
  z.object({ type: z.literal("contacts"), contacts: z.array(sharedContact).min(1).max(20), ...common }),
  z.object({
    type: z.literal("reaction"),
    reaction: z.object({
      messageId: z.string().regex(/^msg_[0-9a-z]{26}$/),
      emoji: z.string().min(1).max(32).nullable().describe("null takes the reaction back"),
    }),
    ...common,
  }),
  z.object({
    type: z.literal("poll"),
    poll: z.object({
      question: z.string().trim().min(1).max(255),
      options: z
        .array(z.string().trim().min(1).max(100))
        .min(2)
        .max(12)
        .refine((options) => new Set(options).size === options.length, "two options are the same"),
      isMultipleChoice: z.boolean().optional().describe("People may choose several options."),
    }),
    ...common,
  }),
  z.object({ type: z.literal("interactive"), interactive: interactiveBody, ...common }),
  z.object({ type: z.literal("template"), template: templateBody, ...common }),
]);

const target = z.union(
  [
    z.object({ conversationId: z.string().regex(/^cnv_[0-9a-z]{26}$/) }),
    z.object({
      channelId: z.string().regex(/^chn_[0-9a-z]{26}$/),
      to: z.union([
        z.string().min(1).max(200).describe("E.164 with `+`, or the provider's own user id"),
        z.object({ contactId: z.string().regex(/^con_[0-9a-z]{26}$/) }),
      ]),
    }),
  ],
  { error: "needs `conversationId`, or `channelId` with `to`" },
);

export const newMessage = z.intersection(target, messageBody).meta({ id: "NewMessage" });

/**
 * What `PATCH` and `DELETE` of a message become: sent like a message, in its order. `until`: the network takes it no longer.
 * Not part of `POST /v1/messages`.
 */
export type ChangeBody = (
  | { type: "edit"; edit: { messageId: string; text: string; until: string } }
  | { type: "delete"; delete: { messageId: string; until: string } }
) & { [K in keyof typeof common]?: undefined };

export type MessageBody = z.output<typeof messageBody> | ChangeBody;
export type NewMessage = z.output<typeof newMessage> | ({ conversationId: string } & ChangeBody);

/** The message that a body is about, where it is none of its own. */
export function targetOf(body: MessageBody): string | undefined {
  if (body.type === "reaction") return body.reaction.messageId;
  if (body.type === "edit") return body.edit.messageId;
  return body.type === "delete" ? body.delete.messageId : undefined;
}

export type SentAttachmentKind = "image" | "video" | "audio" | "voice" | "document" | "sticker";

/** A file of a message and what it is sent as: an upload that is a picture may go as a document. */
export interface UsedAttachment {
  id: string;
  kind: SentAttachmentKind;
}

/** The attachments a body uses, in order. */
export function attachmentsOf(body: MessageBody): UsedAttachment[] {
  if ("attachment" in body) return [{ id: body.attachment.id, kind: body.type }];
  if (body.type === "interactive") {
    const { interactive } = body;
    const header = "header" in interactive ? interactive.header : undefined;
    return header && "attachmentId" in header ? [{ id: header.attachmentId, kind: header.kind }] : [];
  }
  if (body.type !== "template") return [];
  const fills = [body.template, ...(body.template.cards ?? [])];
  return fills
    .flatMap((fill) => [...(fill.header ?? []), ...(fill.body ?? [])])
    .flatMap((p) => ("attachmentId" in p ? [{ id: p.attachmentId, kind: p.kind }] : []));
}

/** The same body with other files, by their ids. */
export function replaceAttachments<B extends MessageBody>(body: B, ids: ReadonlyMap<string, string>): B {
  const swap = (key: string, value: unknown): unknown =>
    (key === "id" || key === "attachmentId") && typeof value === "string" ? (ids.get(value) ?? value) : value;
  return ids.size === 0 ? body : (JSON.parse(JSON.stringify(body), swap) as B);
}
