import { z } from "zod";
import { forbidden, notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { breachChange, breachView, changeBreach, listBreaches, newBreach, reportBreach } from "./breach.ts";
import { giveDisclosure, namesNobody, notApproved } from "./give-disclosure.ts";
import {
  approveDisclosure,
  disclosureView,
  listDisclosures,
  needsAnotherApprover,
  needsConsent,
  newDisclosure,
  proposeDisclosure,
} from "./legal-disclosure.ts";

const params = z.object({ id: z.string().max(64) });

export const incidentRoutes = [
  route({
    id: "legal_disclosure.propose",
    method: "POST",
    path: "/v1/legal-disclosures",
    summary: "Note that an authority, or with consent somebody else, asks for data",
    description: "Nothing is to be given before two owners or admins approved.",
    permission: "workspace:manage",
    status: 201,
    body: newDisclosure,
    returns: disclosureView,
    problems: [notFound, needsConsent],
    run: (ctx, { body }) => proposeDisclosure(ctx, body),
  }),
  route({
    id: "legal_disclosure.list",
    method: "GET",
    path: "/v1/legal-disclosures",
    summary: "List what authorities asked for, and who approved",
    permission: "workspace:manage",
    returns: z.object({ data: z.array(disclosureView) }),
    run: async (ctx) => ({ data: await listDisclosures(ctx) }),
  }),
  route({
    id: "legal_disclosure.approve",
    method: "POST",
    path: "/v1/legal-disclosures/:id/approve",
    summary: "Approve a disclosure, as one of two",
    permission: "workspace:manage",
    params,
    returns: disclosureView,
    problems: [notFound, needsAnotherApprover],
    run: (ctx, { params: { id } }) => approveDisclosure(ctx, id),
  }),
  route({
    id: "legal_disclosure.give",
    kind: "download",
    method: "GET",
    path: "/v1/legal-disclosures/:id/file",
    summary: "Take out what an approved disclosure covers",
    description:
      "JSON of its one contact: `account` is who they are, `metadata` adds kind, time and status of their messages, `messages` what they say. The register says who took it out first, the audit trail who did each time.",
    permission: "workspace:manage",
    params,
    problems: [forbidden, notFound, notApproved, namesNobody, needsConsent],
    run: (ctx, { params: { id } }) => giveDisclosure(ctx, id),
  }),
  route({
    id: "breach.report",
    method: "POST",
    path: "/v1/breaches",
    summary: "Note a breach of personal data; the 72 hours begin",
    permission: "workspace:manage",
    status: 201,
    body: newBreach,
    returns: breachView,
    run: (ctx, { body }) => reportBreach(ctx, body),
  }),
  route({
    id: "breach.list",
    method: "GET",
    path: "/v1/breaches",
    summary: "List breaches with their clocks",
    permission: "workspace:manage",
    returns: z.object({ data: z.array(breachView) }),
    run: async (ctx) => ({ data: await listBreaches(ctx) }),
  }),
  route({
    id: "breach.update",
    method: "PATCH",
    path: "/v1/breaches/:id",
    summary: "Note when the authority and the people were told",
    permission: "workspace:manage",
    params,
    body: breachChange,
    returns: breachView,
    problems: [notFound],
    run: (ctx, { params: { id }, body }) => changeBreach(ctx, id, body),
  }),
];
