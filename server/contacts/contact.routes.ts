import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
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
    id: "contact.update",
    method: "PATCH",
    path: "/v1/contacts/:id",
    summary: "Change a contact's name or attributes",
    permission: "contact:write",
    params,
    body: contactPatch,
    returns: contactDetail,
    problems: [notFound],
    run: (ctx, { params: { id }, body }) => updateContact(ctx, id, body),
  }),
];
