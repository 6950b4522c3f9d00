import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** Which optional features the owners of a workspace turned on. Without a row: off. */
export const workspaceFeatureTable = table(
  "workspace_feature",
  { scope: "workspace", purpose: "account", role: "controller", retention: "with-workspace" },
  {
    workspaceId: column("system", text().notNull()),
    feature: column("system", text().notNull()),
    since: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
