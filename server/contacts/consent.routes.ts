import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  addConsent,
  consentRefused,
  consentUnderAge,
  consentView,
  listConsents,
  newConsent,
  readConsent,
} from "./consent.ts";
import {
  consentPurposes,
  consentRuleChange,
  consentRuleView,
  listConsentRules,
  setConsentRule,
} from "./consent-rules.ts";
import { consentStandingView, readStanding } from "./read-standing.ts";

const params = z.object({ id: z.string().max(64) });

export const consentRoutes = [
  route({
    id: "consent.list",
    method: "GET",
    path: "/v1/contacts/:id/consents",
    summary: "List what a contact agreed to or refused, newest first",
    permission: "contact:read",
    params,
    query: pageQuery,
    returns: pageOf(consentView),
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => listConsents(ctx, id, query),
  }),
  route({
    id: "consent.add",
    method: "POST",
    path: "/v1/contacts/:id/consents",
    summary: "Record a consent, a withdrawal or an objection",
    description:
      "The ledger is never changed, only added to. A refusal by the person can only be lifted by the person.",
    permission: "contact:write",
    idempotent: readConsent,
    status: 201,
    params,
    body: newConsent,
    returns: consentView,
    problems: [notFound, consentRefused, consentUnderAge],
    run: (ctx, { params: { id }, body }) => addConsent(ctx, id, body),
  }),
  route({
    id: "consent.standing",
    method: "GET",
    path: "/v1/contacts/:id/consent-standing",
    summary: "What a contact's consents come to, per purpose",
    description:
      "A stop told to the provider goes before an objection, that before a withdrawal, that before a confirmed, a granted and an imported consent.",
    permission: "contact:read",
    params,
    query: z.object({ channelId: z.string().max(64).optional().describe("Default: the strictest of all channels.") }),
    returns: consentStandingView,
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => readStanding(ctx, id, query.channelId ?? null),
  }),
  route({
    id: "consent_rule.list",
    method: "GET",
    path: "/v1/consent-rules",
    summary: "List what the workspace asks of a consent, per purpose",
    permission: "contact:read",
    returns: z.object({ data: z.array(consentRuleView) }),
    run: async (ctx) => ({ data: await listConsentRules(ctx) }),
  }),
  route({
    id: "consent_rule.set",
    method: "PUT",
    path: "/v1/consent-rules/:purpose",
    summary: "Set what the workspace asks of a consent to a purpose",
    permission: "workspace:manage",
    params: z.object({ purpose: z.enum(consentPurposes) }),
    body: consentRuleChange,
    returns: consentRuleView,
    run: (ctx, { params: { purpose }, body }) => setConsentRule(ctx, purpose, body),
  }),
];
