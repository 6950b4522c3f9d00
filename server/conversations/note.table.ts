import { text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

export const noteTable = table(
  "note",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["team"],
    subjects: [
      { kind: "contact", column: "contactId", as: "about" },
      { kind: "member", column: "authorId", as: "authored" },
    ],
    via: [{ table: "conversation", on: { conversationId: "id" }, insteadOf: "contactId" }],
    retention: {
      ...{ from: "createdAt", days: { setting: "note_days", min: 30, default: 365, max: 3650 }, then: "delete" },
    },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    conversationId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    authorId: column("system", text()),
    body: column("user.content", bytea().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
