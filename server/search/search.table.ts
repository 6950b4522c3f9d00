import { bigint, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const tokens = () => bigint({ mode: "bigint" }).array().notNull();

/**
 * Blind word tokens of messages. FORCE would keep GIN from being used (168 ms against 6 ms, measured); the app role has no right
 * here at all, and the owner functions of schema kw take the workspace from `kw.workspaces`.
 */
export const messageSearchTable = table(
  "message_search",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    via: [{ table: "message", on: { messageId: "id" } }],
    erase: "by-step",
    retention: "with-parent",
    backup: "rebuilt",
    grants: [],
    rowSecurity: "enabled",
  },
  {
    workspaceId: column("system", text().notNull()),
    messageId: column("system", text().notNull()),
    conversationId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    sortAt: column("system", timestamp({ withTimezone: true }).notNull()),
    tokens: column("index.blind", tokens()),
  },
);

/** Blind word tokens of names, numbers and user names; row-level security as above. */
export const contactSearchTable = table(
  "contact_search",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    erase: "by-step",
    retention: "with-parent",
    backup: "rebuilt",
    grants: [],
    rowSecurity: "enabled",
  },
  {
    workspaceId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    tokens: column("index.blind", tokens()),
  },
);

/** How far into the event log a workspace's messages and contacts are indexed. */
export const searchCursorTable = table(
  "search_cursor",
  { scope: "workspace", purpose: "inbox", role: "processor", retention: "with-workspace", backup: "rebuilt" },
  {
    workspaceId: column("system", text().notNull()),
    position: column("system", bigint({ mode: "number" }).notNull()),
  },
);
