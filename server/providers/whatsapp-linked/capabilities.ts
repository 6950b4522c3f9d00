import type { Capabilities, Sourced } from "../provider.ts";
import type { LinkedSettings } from "./settings.ts";

// Meta publishes limits of its apps, none of linked devices. What a page says is linked; a pace of ours says so.
const from = <T>(value: T, source: string, readAt = "2026-11-20"): Sourced<T> => ({ value, source, readAt });
const help = "https://faq.whatsapp.com";
const protocol = "https://github.com/WhiskeySockets/Baileys/tree/v7.0.0-rc14";
const careful = "https://github.com/WhiskeySockets/Baileys/issues/2441";

const mib = 1024 * 1024;

export const capabilities: Capabilities = {
  displayName: "WhatsApp (linked phone)",
  isOfficial: false,
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
      "edit",
      "delete",
      "poll",
    ],
    protocol,
  ),
  interactiveKinds: from([], protocol),
  signals: from(["read", "typing"], protocol),
  // a phone number that moved to its hidden id is refused (463): the id first
  addressKinds: from(["wa_lid", "phone", "group"], careful),
  serviceWindowHours: from(null, protocol),
  rates: {
    // a person's pace, not a program's
    perChannel: from({ perSecond: 1, upgradedPerSecond: 1000 }, careful),
    perRecipient: from({ everyMs: 3000, burst: 5 }, careful),
  },
  newChats: from({ firstDay: 10, dailyMore: 10, atMost: 200 }, careful),
  text: from({ maxLength: 65_536 }, protocol),
  caption: from({ maxLength: 1024 }, `${help}/1454498591796475`),
  callbackData: null,
  media: {
    image: from(
      { maxBytes: 16 * mib, mimeTypes: ["image/jpeg", "image/png"], hasCaption: true },
      `${help}/1454498591796475`,
    ),
    video: from(
      { maxBytes: 64 * mib, mimeTypes: ["video/mp4", "video/3gpp"], hasCaption: true },
      `${help}/1454498591796475`,
    ),
    audio: from(
      {
        maxBytes: 16 * mib,
        mimeTypes: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        hasCaption: false,
      },
      `${help}/1454498591796475`,
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
          "application/zip",
        ],
        hasCaption: true,
      },
      `${help}/1454498591796475`,
    ),
    sticker: from({ maxBytes: 512 * 1024, mimeTypes: ["image/webp"], hasCaption: false }, `${help}/1056840314992666`),
  },
  mediaDays: from({ received: 14, uploaded: 14 }, protocol),
  interactive: null,
  reaction: from({ maxAgeDays: 30 }, protocol),
  edit: from({ withinMinutes: 15 }, `${help}/1158446058412364`),
  delete: from({ withinMinutes: 60 * 60 }, `${help}/1370476507114859`),
  inboundEditMinutes: from(15, `${help}/1158446058412364`),
  inboundDeleteHours: from(60, `${help}/1370476507114859`),
  hasTemplates: false,
  hasHistory: false,
};

/** A pace that the owner chose for a number. */
export function ratesOf({ pace }: LinkedSettings): Capabilities["rates"] {
  const { rates } = capabilities;
  if (!pace) return rates;
  return {
    perChannel: { ...rates.perChannel, value: { perSecond: pace.perSecond } },
    perRecipient:
      pace.perContactMs > 0 && rates.perRecipient
        ? { ...rates.perRecipient, value: { everyMs: pace.perContactMs, burst: rates.perRecipient.value.burst } }
        : null,
  };
}
