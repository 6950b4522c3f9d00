import { bigint, text } from "drizzle-orm/pg-core";
import { column, table } from "../platform/table.ts";

/** Blind word tokens of names and numbers; why row-level security is not forced: messages/message-search.table.ts. */
export const contactSearchTable = table(
  "contact_search",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    retention: "with-parent",
    grants: [],
    rowSecurity: "enabled",
  },
  {
    workspaceId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    tokens: column("index.blind", bigint({ mode: "bigint" }).array().notNull()),
  },
);
