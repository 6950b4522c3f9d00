import { integer, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** How long a workspace keeps what no channel decides about. */
export const retentionSettingTable = table(
  "retention_setting",
  { scope: "workspace", purpose: "account", role: "controller", retention: "with-workspace" },
  {
    workspaceId: column("system", text().notNull()),
    contactInactiveDays: column("system", integer().notNull()),
    noteDays: column("system", integer().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);

/** One row for each swept table: everything that was due before `sweptAt` is gone. */
export const sweepMarkTable = table(
  "sweep_mark",
  {
    scope: "installation",
    purpose: "security",
    role: "controller",
    retention: "until-removed",
  },
  { name: column("system", text().notNull()), sweptAt: column("system", at().notNull()) },
);
