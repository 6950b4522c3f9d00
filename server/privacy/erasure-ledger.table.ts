import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** The copy in the file beside the keyring stays: it is not asked for what is older. */
export const LEDGER_DAYS = 3650;

/**
 * What was erased, refused or held, in ids and closed words, so that it can be repeated on a restored backup. Append-only, no free text;
 * kept ten years, as long as any backup may be put back.
 */
export const erasureLedgerTable = table(
  "erasure_ledger",
  {
    scope: "workspace",
    purpose: "security",
    role: "controller",
    legal: {
      outlives: "workspace",
      rule: "Repeat an erasure on a restored backup",
      statute: "GDPR Art. 17(1), 32(1)(c)",
    },
    retention: { from: "at", days: LEDGER_DAYS, then: "delete" },
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
