import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** Who imports a copy now: at most one in a workspace. */
export const copyImportTable = table(
  "copy_import",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-workspace",
  },
  {
    workspaceId: column("system", text().notNull()),
    startedAt: column("system", timestamp({ withTimezone: true }).notNull()),
    endsAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
