import { text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

export const savedReplyTable = table(
  "saved_reply",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["team"],
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "until-removed",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    // a workspace's own vocabulary ("hours"), not about one person
    shortcut: column("organization.name", text().notNull()),
    body: column("user.content", bytea().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
    updatedAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
