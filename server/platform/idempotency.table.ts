import { integer, text, timestamp } from "./drizzle.ts";
import { bytea, column, table } from "./table.ts";

/** What a request with an Idempotency-Key led to: a result's id and a keyed hash of the request, never content. */
export const idempotencyRecord = table(
  "idempotency_record",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: { from: "createdAt", days: 1, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    keyHash: column("index.blind", bytea().notNull()),
    routeId: column("system", text().notNull()),
    requestHash: column("index.blind", bytea().notNull()),
    resultId: column("system", text()),
    status: column("system", integer()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
