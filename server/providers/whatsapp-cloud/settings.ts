import { z } from "zod";

import type { Link } from "../provider.ts";

const graphId = z.string().regex(/^[A-Za-z0-9_]{1,64}$/, "an id from the WhatsApp manager: digits, no spaces");
// Goes into a header: no control characters, no spaces.
const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/, "a token without spaces or line breaks");

export const cloudSettings = z.strictObject({
  phoneNumberId: graphId,
  wabaId: graphId,
  /**
   * What is set for the number at Meta, as the privacy page tells it: a copy at rest for 30 days (`default`), none at all (`none`), or only in one
   * country: https://developers.facebook.com/documentation/business-messaging/whatsapp/local-storage (2026-05-21)
   */
  storage: z
    .union([z.enum(["default", "none"]), z.string().regex(/^[A-Z]{2}$/)], {
      error: "default, none, or a country like DE",
    })
    .optional(),
  /** Only for simulators and gateways; the core refuses origins the operator did not allow. */
  apiBaseUrl: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .optional(),
});
export const cloudSecrets = z.strictObject({
  accessToken: token,
  appSecret: token,
  verifyToken: z.string().min(1).max(512),
});

export type CloudSettings = z.output<typeof cloudSettings>;
export type CloudSecrets = z.output<typeof cloudSecrets>;
export type CloudLink = Link<CloudSettings, CloudSecrets>;
