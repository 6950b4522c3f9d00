import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

export const noteMentionTable = table(
  "note_mention",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    subjects: [{ kind: "member", column: "memberId", as: "about" }],
    retention: "with-parent",
  },
  {
    workspaceId: column("system", text().notNull()),
    memberId: column("system", text().notNull()),
    noteId: column("system", text().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
    seenAt: column("system", timestamp({ withTimezone: true })),
  },
);
