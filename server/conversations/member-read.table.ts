import { bigint, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

export const memberReadTable = table(
  "member_read",
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
    conversationId: column("system", text().notNull()),
    readCount: column("system", bigint({ mode: "number" }).notNull()),
    readAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
