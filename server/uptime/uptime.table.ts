import { boolean, date, integer, text, timestamp } from "../platform/drizzle.ts";
import { column, table, type TablePrivacy } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

const UPTIME_DAYS = 400;

const shared = { scope: "workspace", purpose: "deliver", role: "controller" } as const satisfies Partial<TablePrivacy>;

/** What was found about a channel or a service in one minute. Services have the workspace `installation`. */
export const probeTable = table(
  "probe",
  // counted in `uptime_day` by the statement that inserts them
  { ...shared, isDiagnostic: true, retention: { from: "at", days: 7, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    subject: column("system", text().notNull()),
    at: column("system", at().notNull()),
    isUp: column("system", boolean().notNull()),
    reason: column("system", text()),
  },
);

/** How many probes of a day were good. */
export const uptimeDayTable = table(
  "uptime_day",
  { ...shared, retention: { from: "day", days: UPTIME_DAYS, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    subject: column("system", text().notNull()),
    day: column("system", date().notNull()),
    upCount: column("system", integer().notNull()),
    downCount: column("system", integer().notNull()),
  },
);

/** An outage of a channel or a service, with its reason. */
export const incidentTable = table(
  "incident",
  { ...shared, retention: { from: "endedAt", days: UPTIME_DAYS, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    subject: column("system", text().notNull()),
    reason: column("system", text().notNull()),
    startedAt: column("system", at().notNull()),
    endedAt: column("system", at()),
    startMailedAt: column("system", at()),
    endMailedAt: column("system", at()),
  },
);
