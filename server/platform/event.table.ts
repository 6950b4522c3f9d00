import { bigint, boolean, jsonb, text, timestamp } from "./drizzle.ts";
import { column, table } from "./table.ts";

const count = () => bigint({ mode: "number" });

/** The last position that a workspace's log has given out. Written by `emit` only, as the last statement before a commit. */
export const eventCounter = table(
  "event_counter",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    retention: "with-workspace",
    grants: ["select", "insert", "update"],
  },
  {
    workspaceId: column("system", text().notNull()),
    position: column("system", count().notNull()),
    isFollowed: column("system", boolean().notNull()),
  },
);

/** What happened, in ids; one partition a day, dropped whole when it is too old. */
export const event = table(
  "event",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    subjects: [{ kind: "contact", column: "payload.contactId", as: "about" }],
    via: [{ table: "conversation", on: { conversationId: "id" } }],
    erase: "keep",
    legal: { outlives: "person", rule: "Tell those who received data that it was erased", statute: "GDPR Art. 19" },
    retention: { from: "createdAt", days: 31, then: "delete", by: "partitions" },
    grants: ["select", "insert"],
  },
  {
    workspaceId: column("system", text().notNull()),
    position: column("system", count().notNull()),
    id: column("system", text().notNull()),
    type: column("system", text().notNull()),
    channelId: column("system", text()),
    conversationId: column("system", text()),
    payload: column("system", jsonb().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
