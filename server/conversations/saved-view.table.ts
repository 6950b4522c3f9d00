import { boolean, jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

export const savedViewTable = table(
  "saved_view",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["team"],
    subjects: [{ kind: "member", column: "memberId", as: "authored" }],
    retention: "until-removed",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    memberId: column("system", text().notNull()),
    name: column("organization.name", text().notNull()),
    filter: column("system", jsonb().notNull()),
    isShared: column("system", boolean().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
