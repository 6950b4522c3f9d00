import type { Capabilities, Sourced } from "../provider.ts";

const docs = "https://developers.facebook.com/documentation/business-messaging/whatsapp";
const from = <T>(value: T, page: string, readAt: string): Sourced<T> => ({ value, source: `${docs}/${page}`, readAt });

const kib = 1024;
const mib = 1024 * kib;

/** Hosts that serve media bytes; subdomains included. */
export const mediaHosts = from(
  ["lookaside.fbsbx.com", "fbcdn.net", "whatsapp.net"] as const,
  "business-phone-numbers/media",
  "2026-03-15",
);

export const capabilities: Capabilities = {
  displayName: "WhatsApp Cloud API",
  isOfficial: true,
  kinds: from(
    [
      "text",
      "image",
      "video",
      "audio",
      "voice",
      "document",
      "sticker",
      "location",
      "contacts",
      "reaction",
      "interactive",
      "template",
    ],
    "messages/send-messages",
    "2026-03-15",
  ),
  interactiveKinds: from(["buttons", "list", "cta_url", "location_request"], "messages/send-messages", "2026-03-15"),
  signals: from(["read", "typing"], "typing-indicators", "2026-03-15"),
  addressKinds: from(["phone", "wa_user_id", "wa_parent_user_id", "group"], "business-scoped-user-ids", "2026-09-11"),
  chatLink: {
    value: "https://wa.me/{digits}?text={text}",
    source: "https://faq.whatsapp.com/general/26000030",
    readAt: "2026-11-30",
  },
  serviceWindowHours: from(24, "messages/send-messages", "2026-03-15"),
  rates: {
    perChannel: from({ perSecond: 80, upgradedPerSecond: 1000 }, "throughput", "2026-03-15"),
    perRecipient: from({ everyMs: 6000, burst: 45 }, "about-the-platform", "2026-03-15"),
  },
  text: from({ maxLength: 4096 }, "messages/text-messages", "2026-03-15"),
  caption: from({ maxLength: 1024 }, "messages/image-messages", "2026-03-15"),
  callbackData: from({ maxLength: 512 }, "messages/send-messages", "2026-03-15"),
  media: {
    image: from(
      { maxBytes: 5 * mib, mimeTypes: ["image/jpeg", "image/png"], hasCaption: true },
      "business-phone-numbers/media",
      "2026-03-15",
    ),
    video: from(
      { maxBytes: 16 * mib, mimeTypes: ["video/mp4", "video/3gpp"], hasCaption: true },
      "business-phone-numbers/media",
      "2026-03-15",
    ),
    audio: from(
      {
        maxBytes: 16 * mib,
        mimeTypes: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        hasCaption: false,
        playableBytes: 512 * kib,
      },
      "business-phone-numbers/media",
      "2026-03-15",
    ),
    document: from(
      {
        maxBytes: 100 * mib,
        mimeTypes: [
          "text/plain",
          "application/pdf",
          "application/msword",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "application/vnd.ms-excel",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "application/vnd.ms-powerpoint",
          "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
        hasCaption: true,
      },
      "business-phone-numbers/media",
      "2026-03-15",
    ),
    sticker: from(
      { maxBytes: 100 * kib, maxBytesAnimated: 500 * kib, mimeTypes: ["image/webp"], hasCaption: false },
      "business-phone-numbers/media",
      "2026-03-15",
    ),
  },
  mediaDays: from({ received: 7, uploaded: 30 }, "business-phone-numbers/media", "2026-03-15"),
  interactive: from(
    {
      buttons: 3,
      buttonTitle: 20,
      buttonId: 256,
      listRows: 10,
      listSections: 10,
      listButton: 20,
      sectionTitle: 24,
      rowTitle: 24,
      rowId: 200,
      rowDescription: 72,
      body: 1024,
      listBody: 4096,
      header: 60,
      footer: 60,
    },
    "messages/interactive-list-messages",
    "2026-03-15",
  ),
  reaction: from({ maxAgeDays: 30 }, "messages/reaction-messages", "2026-03-15"),
  // Meta's API sends no edits, withdrawals or polls: a business changes what it sent only on its own phone (coexistence)
  edit: null,
  delete: null,
  inboundEditMinutes: from(15, "webhooks/reference/messages/edit", "2026-03-15"),
  inboundDeleteHours: from(48, "webhooks/reference/messages/revoke", "2026-03-15"),
  hasTemplates: true,
  hasHistory: true,
};
