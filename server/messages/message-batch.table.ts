import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** What became of each message of a batch, in its order: ids and codes. A repeat with the same Idempotency-Key reads it. */
export const messageBatchTable = table(
  "message_batch",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    retention: { from: "createdAt", days: 2, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    results: column("system", jsonb().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
