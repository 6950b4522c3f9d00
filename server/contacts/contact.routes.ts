import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { contactImport, importContacts, importProblems, importView } from "./import-contacts.ts";
import { attributeProblems } from "./judge-attributes.ts";
import { contactDetail, contactPatch, listContacts, readContact, updateContact } from "./contact.ts";

const params = z.object({ id: z.string() });

export const contactRoutes = [
  route({
    id: "contact.list",
    method: "GET",
    path: "/v1/contacts",
    summary: "List contacts, last changed first",
    permission: "contact:read",
    query: pageQuery.extend({
      q: z.string().trim().min(1).max(200).optional().describe("Words of a name, or a whole phone number or user id."),
      isGroup: z.stringbool().optional().describe("Groups only, or people only."),
    }),
    returns: pageOf(contactDetail),
    run: (ctx, { query }) => listContacts(ctx, query),
  }),
  route({
    id: "contact.get",
    method: "GET",
    path: "/v1/contacts/:id",
    summary: "Read one contact",
    permission: "contact:read",
    params,
    returns: contactDetail,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readContact(ctx, id),
  }),
  route({
    id: "contact.import",
    method: "POST",
    path: "/v1/contacts/import",
    summary: "Add or complete up to 1,000 contacts",
    description:
      "Each row is taken or refused for itself; the answer keeps the order. The same list twice is harmless. `attestation` is kept in the ledger of each contact, with who gave it. It tells who is known, and changes them, so nobody who is limited to channels may.",
    permission: "contact:import",
    maxBytes: 4 * 1024 * 1024,
    body: contactImport,
    returns: importView,
    problems: importProblems,
    run: (ctx, { body }) => importContacts(ctx, body),
  }),
  route({
    id: "contact.update",
    method: "PATCH",
    path: "/v1/contacts/:id",
    summary: "Change a contact's name or attributes",
    permission: "contact:write",
    params,
    body: contactPatch,
    returns: contactDetail,
    problems: [notFound, ...attributeProblems],
    run: (ctx, { params: { id }, body }) => updateContact(ctx, id, body),
  }),
];
