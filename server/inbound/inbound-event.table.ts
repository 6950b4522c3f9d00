import { integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const resolved = { from: "resolvedAt", days: 3, then: "delete" } as const;

/** What could not be applied, or is of a kind nobody knows yet. Stays until someone resolves it, and three days more. */
export const inboundEventTable = table(
  "inbound_event",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    via: [{ table: "contact_identity", on: { addressTokens: "addressIndex" }, isArray: true }],
    retention: resolved,
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    name: column("system", text().notNull()),
    errorCode: column("system", text()),
    // sealed to the channel: whose content it is, is what we could not find out. `addressTokens` lets an erase find it. It may hold others
    // as well, so it is in nobody's copy until it was read.
    body: column("user.content", bytea().notNull(), { export: "omit" }),
    addressTokens: column("index.blind", bytea().array().notNull()),
    attempts: column("system", integer().notNull()),
    receivedAt: column("system", timestamp({ withTimezone: true }).notNull()),
    resolvedAt: column("system", timestamp({ withTimezone: true })),
  },
);
