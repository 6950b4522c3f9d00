import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/**
 * What was erased, refused or held, in ids and closed words, so that it can be repeated on a restored backup. Append-only, no free text;
 * kept for ever, because a backup may be restored however old it is.
 */
export const erasureLedgerTable = table(
  "erasure_ledger",
  {
    scope: "workspace",
    purpose: "security",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    subjectId: column("system", text().notNull()),
    keyIds: column("system", text().array().notNull()),
    requestId: column("system", text()),
    at: column("system", timestamp({ withTimezone: true }).notNull()),
    detail: column("system", jsonb().$type<Record<string, string | null>>()),
  },
);
