import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** Who did what that matters for security, in ids. Append-only: the app role may neither change nor delete a row. */
export const auditEntry = table(
  "audit_entry",
  {
    scope: "workspace",
    purpose: "security",
    role: "processor",
    subjects: [{ kind: "member", column: "actorId", as: "authored" }],
    retention: { from: "createdAt", days: 365, then: "delete" },
    grants: ["select", "insert"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    actorKind: column("system", text().notNull()),
    actorId: column("system", text()),
    action: column("system", text().notNull()),
    targetId: column("system", text()),
    detail: column("system", jsonb().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
