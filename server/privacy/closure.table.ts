import { integer, jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** The certificate of a closed workspace: what was deleted, in counts. It outlives the workspace, and says nothing of a person. */
export const workspaceClosureTable = table(
  "workspace_closure",
  {
    scope: "installation",
    purpose: "account",
    role: "controller",
    legal: { outlives: "workspace", rule: "Show that a workspace was deleted", statute: "GDPR Art. 5(2), 28(3)(g)" },
    retention: { from: "purgedAt", days: 1095, then: "delete" },
    grants: ["select", "insert"],
  },
  {
    id: column("system", text().notNull()),
    reason: column("system", text().notNull()),
    closingAt: column("system", at().notNull()),
    purgedAt: column("system", at().notNull()),
    rowCounts: column("system", jsonb().$type<Record<string, number>>().notNull()),
    fileCount: column("system", integer().notNull()),
  },
);
