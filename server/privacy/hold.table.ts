import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What keeps somebody's data from being deleted, until when. Released ones and those that ended stay for three years, as the proof. */
export const legalHoldTable = table(
  "legal_hold",
  {
    scope: "workspace",
    purpose: "security",
    role: "controller",
    subjects: [{ kind: "member", column: "createdBy", as: "authored" }],
    legal: { outlives: "person", rule: "Show why data was held back", statute: "GDPR Art. 17(3)(e), 18(2)" },
    retention: { from: "until", days: 1095, then: "delete" },
    grants: ["select", "insert", "update"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    subjectKind: column("system", text().notNull()),
    subjectId: column("system", text().notNull()),
    reason: column("system", text().notNull()),
    until: column("system", at().notNull()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    releasedBy: column("system", text()),
    releasedAt: column("system", at()),
  },
);
