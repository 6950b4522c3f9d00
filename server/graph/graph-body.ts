// The body of the Cloud API's POST …/messages, as far as its shape goes; what may be sent is decided by our own API.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages (2026-11-20)
import { z } from "zod";

const text = z.string();
const number = z.coerce.number();

const media = z.object({
  id: text.optional().describe("From `POST /graph/{version}/{id}/media`."),
  link: text.optional().describe("Not fetched here: upload the file and send its id."),
  caption: text.optional(),
  filename: text.optional(),
  voice: z.boolean().optional(),
});
export type GraphMedia = z.output<typeof media>;

const location = z.object({ latitude: number, longitude: number, name: text.optional(), address: text.optional() });
const kinded = { type: text.optional() };

const contact = z.object({
  name: z.object({ formatted_name: text }),
  phones: z.array(z.object({ phone: text.optional(), wa_id: text.optional(), ...kinded })).optional(),
  emails: z.array(z.object({ email: text, ...kinded })).optional(),
  urls: z.array(z.object({ url: text, ...kinded })).optional(),
  addresses: z
    .array(
      z.object({
        ...{ street: text.optional(), city: text.optional(), state: text.optional(), zip: text.optional() },
        ...{ country: text.optional(), ...kinded },
      }),
    )
    .optional(),
  org: z.object({ company: text.optional(), department: text.optional(), title: text.optional() }).optional(),
  birthday: text.optional(),
});
export type GraphContact = z.output<typeof contact>;

const interactive = z.object({
  type: text,
  header: z
    .object({
      type: text,
      text: text.optional(),
      image: media.optional(),
      video: media.optional(),
      document: media.optional(),
    })
    .optional(),
  body: z.object({ text }).optional(),
  footer: z.object({ text }).optional(),
  action: z
    .object({
      name: text.optional(),
      button: text.optional(),
      buttons: z.array(z.object({ reply: z.object({ id: text, title: text }) })).optional(),
      sections: z.array(z.record(z.string(), z.unknown())).optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type GraphInteractive = z.output<typeof interactive>;

const parameter = z.object({
  type: text,
  parameter_name: text.optional(),
  text: text.optional(),
  payload: text.optional(),
  coupon_code: text.optional(),
  currency: z.object({ fallback_value: text, code: text, amount_1000: number }).optional(),
  date_time: z.object({ fallback_value: text }).optional(),
  image: media.optional(),
  video: media.optional(),
  document: media.optional(),
  location: location.optional(),
  action: z.record(z.string(), z.unknown()).optional(),
  limited_time_offer: z.object({ expiration_time_ms: number }).optional(),
});
export type GraphParameter = z.output<typeof parameter>;

const component = z.object({
  type: text,
  sub_type: text.optional(),
  index: number.optional(),
  parameters: z.array(parameter).optional(),
});
export type GraphComponent = z.output<typeof component>;

const template = z.object({
  name: text,
  language: z.object({ code: text }),
  components: z
    .array(component.extend({ cards: z.array(z.object({ components: z.array(component) })).optional() }))
    .optional(),
});
export type GraphTemplate = z.output<typeof template>;

/** A message, or with `status: "read"` a read mark. */
export const graphBody = z
  .object({
    messaging_product: z.literal("whatsapp"),
    status: z.literal("read").optional(),
    message_id: text.optional().describe("With `status`: which message was read; the earlier ones were read too."),
    typing_indicator: z.object({ type: text }).optional(),
    recipient_type: z.enum(["individual", "group"]).optional(),
    to: text.optional().describe("A phone number with its country code, with or without `+`."),
    recipient: text.optional().describe("A business-scoped user id; `to` wins over it."),
    type: text.optional().describe("Default `text`."),
    context: z.object({ message_id: text }).optional().describe("The message that this one answers."),
    biz_opaque_callback_data: text.optional().describe("Comes back as `callbackData` of the message."),
    text: z.object({ body: text, preview_url: z.boolean().optional() }).optional(),
    image: media.optional(),
    video: media.optional(),
    audio: media.optional(),
    document: media.optional(),
    sticker: media.optional(),
    location: location.optional(),
    contacts: z.array(contact).optional(),
    reaction: z.object({ message_id: text, emoji: text.optional() }).optional(),
    interactive: interactive.optional(),
    template: template.optional(),
  })
  .meta({ id: "GraphMessage" });
export type GraphBody = z.output<typeof graphBody>;

export const graphAnswer = z
  .object({
    messaging_product: z.literal("whatsapp").optional(),
    contacts: z
      .array(z.object({ input: z.string(), wa_id: z.string().optional(), user_id: z.string().optional() }))
      .optional(),
    messages: z
      .array(
        z.object({
          id: z.string().describe("Later statuses carry it; replies, reactions and read marks take it."),
          message_status: z.string().optional(),
        }),
      )
      .optional(),
    success: z.literal(true).optional().describe("Of a read mark."),
  })
  .meta({ id: "GraphAnswer" });
export type GraphAnswer = z.output<typeof graphAnswer>;
