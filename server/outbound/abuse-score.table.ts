import { date, integer, smallint, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** How a workspace's sending of a day looks: counts, and a score made of them. Leads to nobody. */
export const abuseScoreTable = table(
  "abuse_score",
  { scope: "workspace", purpose: "security", role: "controller", retention: { from: "day", days: 90, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    day: column("system", date().notNull()),
    score: column("system", smallint().notNull()),
    sent: column("system", integer().notNull()),
    failed: column("system", integer().notNull()),
    unwanted: column("system", integer().notNull()),
    strangers: column("system", integer().notNull()),
    scoredAt: column("system", at().notNull()),
    alertedAt: column("system", at()),
  },
);
