import { z } from "zod";
import { consentRefused, consentView, readConsent } from "../contacts/consent.ts";
import { consentPurposes } from "../contacts/consent-rules.ts";
import { heardLanguages } from "../contacts/consent-words.ts";
import { sendProblems } from "../messages/send-problems.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { askConsent } from "./ask-consent.ts";

export const consentAskRoutes = [
  route({
    id: "consent.ask",
    method: "POST",
    path: "/v1/contacts/:id/consents/ask",
    summary: "Ask a contact for a consent by message",
    description:
      "Double opt-in: sends a question that names the purpose, in the open service window. Within seven days the person's YES makes it confirmed; nothing else does.",
    permission: "message:send",
    idempotent: readConsent,
    status: 201,
    params: z.object({ id: z.string().max(64) }),
    body: z.object({
      channelId: z.string().max(64),
      purpose: z.enum(consentPurposes),
      language: z.enum(heardLanguages).default("en"),
    }),
    returns: consentView,
    problems: [notFound, consentRefused, ...sendProblems],
    run: (ctx, { params: { id }, body }) => askConsent(ctx, { ...body, contactId: id }),
  }),
];
