import { z } from "zod";

import type { Link } from "../provider.ts";

export const linkedSettings = z.strictObject({
  /** Only for simulators; the core refuses origins the operator did not allow. */
  apiBaseUrl: z
    .url({ protocol: /^https?$/ })
    .max(512)
    .optional(),
  /** Faster than a person writes, at the owner's risk. Without it: one message a second, one to a person every three. */
  pace: z
    .strictObject({ perSecond: z.number().min(0.01).max(500), perContactMs: z.int().min(0).max(600_000) })
    .optional(),
});
export const linkedSecrets = z.strictObject({
  /** The way out of this session, and of no other: a number that changes its country every hour is soon no number. */
  proxyUrl: z
    .url({ protocol: /^(https?|socks5h?)$/ })
    .max(1024)
    .optional(),
});

export type LinkedSettings = z.output<typeof linkedSettings>;
export type LinkedSecrets = z.output<typeof linkedSecrets>;
export type LinkedLink = Link<LinkedSettings, LinkedSecrets>;
