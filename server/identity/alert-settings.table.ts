import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** Who of a workspace is told by mail when something stops, and in which language. Without a row: its owners and admins, in English. */
export const alertSettingTable = table(
  "alert_setting",
  { scope: "workspace", purpose: "account", role: "controller", retention: "with-workspace" },
  {
    workspaceId: column("system", text().notNull()),
    recipients: column("system", text().notNull()),
    language: column("system", text().notNull()),
    updatedAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
