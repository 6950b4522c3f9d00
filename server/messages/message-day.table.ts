import { bigint, date, smallint, text } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** Counts of messages that are gone, by day; written by the statement that deletes them, where ten people or more are behind a count. Leads to nobody. */
export const messageDayTable = table(
  "message_day",
  { scope: "workspace", purpose: "insight", role: "processor", retention: { from: "day", days: 1825, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    day: column("system", date().notNull()),
    direction: column("system", text().notNull()),
    type: column("system", text().notNull()),
    status: column("system", smallint().notNull()),
    count: column("system", bigint({ mode: "number" }).notNull()),
  },
);
