import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

export const labelTable = table(
  "label",
  { scope: "workspace", purpose: "inbox", role: "processor", origin: ["team"], retention: "until-removed" },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    // a workspace's own vocabulary ("refund"), not about one person
    name: column("organization.name", text().notNull()),
    color: column("system", text().notNull()),
    createdAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);

export const conversationLabelTable = table(
  "conversation_label",
  { scope: "workspace", purpose: "inbox", role: "processor", retention: "with-parent" },
  {
    workspaceId: column("system", text().notNull()),
    labelId: column("system", text().notNull()),
    conversationId: column("system", text().notNull()),
    // of the conversation, as it is: what a label's list is ordered and cut by
    lastMessageAt: column("system", timestamp({ withTimezone: true }).notNull()),
    status: column("system", text().notNull()),
    assigneeId: column("system", text()),
    channelId: column("system", text().notNull()),
  },
);
