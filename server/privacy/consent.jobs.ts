import { z } from "zod";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { expireConsents } from "./expire-consents.ts";
import { replyToConsent } from "./reply-to-consent.ts";

const replyPayload = z.object({ workspaceId: z.string(), contactId: z.string() });
const nothing = z.object({});

export const replyToConsentJob = job<App, typeof replyPayload>({
  name: "consent.reply",
  doc: "Sends the one confirmation that a person gets for STOP, START or YES.",
  payload: replyPayload,
  maxAttempts: 8,
  run: replyToConsent,
});

export const consentJobs = [
  replyToConsentJob,
  job<App, typeof nothing>({
    name: "consent.expire",
    doc: "Notes in the ledger which consents are over; the gate heeds the time by itself.",
    payload: nothing,
    schedule: "13 * * * *",
    run: expireConsents,
  }),
];
