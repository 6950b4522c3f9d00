import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { addConsent, consentRefused, consentView, listConsents, newConsent, readConsent } from "./consent.ts";

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
    problems: [notFound, consentRefused],
    run: (ctx, { params: { id }, body }) => addConsent(ctx, id, body),
  }),
];
