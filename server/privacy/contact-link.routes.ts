import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  contactHasNoChannel,
  contactLinkView,
  createContactLink,
  newContactLink,
  revokeContactLinks,
} from "./contact-link.ts";

const params = z.object({ id: z.string().max(64) });

export const contactLinkRoutes = [
  route({
    id: "contact_link.create",
    method: "POST",
    path: "/v1/contacts/:id/page-links",
    summary: "Make a link to a contact's own privacy page",
    description:
      "The person sees there what is held about them, takes consents back and asks for a copy, a correction or an erase, without an account.",
    permission: "contact:write",
    status: 201,
    params,
    body: newContactLink,
    returns: contactLinkView,
    problems: [notFound, contactHasNoChannel],
    run: (ctx, { params: { id }, body }) => createContactLink(ctx, id, body),
  }),
  route({
    id: "contact_link.revoke",
    method: "DELETE",
    path: "/v1/contacts/:id/page-links",
    summary: "Revoke every link to a contact's page",
    permission: "contact:write",
    params,
    problems: [notFound],
    run: (ctx, { params: { id } }) => revokeContactLinks(ctx, id),
  }),
];
