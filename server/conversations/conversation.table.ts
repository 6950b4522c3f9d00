import { bigint, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** All that one contact and the team said on one channel. */
export const conversationTable = table(
  "conversation",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    // of a contact that stays, for what it says on other channels
    retention: "with-parent",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    status: column("system", text().notNull()),
    assigneeId: column("system", text()),
    snoozedUntil: column("system", at()),
    inboundCount: column("system", bigint({ mode: "number" }).notNull()),
    lastMessageId: column("system", text()),
    lastMessageAt: column("system", at().notNull()),
    lastInboundAt: column("system", at()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
  },
);
