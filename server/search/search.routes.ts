import { z } from "zod";
import { contactView } from "../contacts/contact-view.ts";
import { messageView } from "../messages/message-view.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { route } from "../platform/route.ts";
import { searchMessages } from "./search-messages.ts";

export const searchRoutes = [
  route({
    id: "search.list",
    method: "GET",
    path: "/v1/search",
    summary: "Find messages and contacts by words",
    description:
      "Messages that hold every word, newest first; the last word may be unfinished from its fourth letter on. Accents, case and vowel signs do not matter. A page may be short although more follows: go on while `nextCursor` is not null.",
    permission: "message:read",
    query: pageQuery.extend({ q: z.string().trim().min(1).max(200) }),
    returns: pageOf(
      z.object({ message: messageView, contact: contactView.nullable().describe("null without `contact:read`.") }),
    ).extend({
      contacts: z
        .array(contactView)
        .describe("People found by name, user name or number; on the first page only, and with `contact:read`."),
    }),
    run: (ctx, { query }) => searchMessages(ctx, query),
  }),
];
