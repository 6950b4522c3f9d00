import { jsonb, smallint, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });
const byMode = { setting: "channel.contentMode", max: 3650 };

/** What a message may be opened for, and nothing else: no figure, no improvement of anything (`openContent`). */
export const contentPurposes = ["deliver", "inbox", "export", "dsr"] as const;
export type ContentPurpose = (typeof contentPurposes)[number];

/** One message, in or out. What was said is one sealed column. */
export const messageTable = table(
  "message",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["person", "team"],
    leaves: ["network", "program"],
    subjects: [
      { kind: "contact", column: "contactId", as: "about" },
      { kind: "contact", column: "senderContactId", as: "authored" },
      { kind: "member", column: "authorId", as: "authored" },
    ],
    // what was said as long as the channel keeps it; who, which kind, which status and when for a year, then only counts
    retention: [
      { from: "sortAt", days: byMode, then: "clear", by: "content_modes" },
      { from: "sortAt", days: 365, then: "aggregate", into: "message_day", atLeast: 10, where: "t.content is null" },
    ],
    via: [{ table: "conversation", on: { conversationId: "id" }, insteadOf: "contactId" }],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    conversationId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    senderContactId: column("system", text()),
    authorKind: column("system", text()),
    authorId: column("system", text()),
    direction: column("system", text().notNull()),
    type: column("system", text().notNull()),
    content: column("user.content", bytea(), { readFor: contentPurposes }),
    // WhatsApp's ids contain the phone number
    providerMessageId: column("user.unique_id", bytea()),
    providerMessageIndex: column("index.blind", bytea()),
    replyToIndex: column("index.blind", bytea()),
    status: column("system", smallint().notNull()),
    error: column("system", jsonb()),
    purpose: column("system", text()),
    sortAt: column("system", at().notNull()),
    sentAt: column("system", at()),
    receivedAt: column("system", at().notNull()),
    scheduledAt: column("system", at()),
    acceptedAt: column("system", at()),
    deliveredAt: column("system", at()),
    readAt: column("system", at()),
    playedAt: column("system", at()),
    failedAt: column("system", at()),
    editedAt: column("system", at()),
    deletedAt: column("system", at()),
    contentDestroyedAt: column("system", at()),
  },
);

/** A status whose message is not known yet. */
export const earlyStatusTable = table(
  "early_status",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    via: [{ table: "message", on: { channelId: "channelId", providerMessageIndex: "providerMessageIndex" } }],
    isDiagnostic: true,
    retention: { from: "receivedAt", days: 7, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    providerMessageIndex: column("index.blind", bytea().notNull()),
    status: column("system", smallint().notNull()),
    occurredAt: column("system", at().notNull()),
    error: column("system", jsonb()),
    receivedAt: column("system", at().notNull()),
  },
);

/** Someone's reaction to a message, or (`vote`) what they chose of a poll; a null emoji is one taken back. */
export const reactionTable = table(
  "reaction",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["person", "team"],
    leaves: ["network", "program"],
    subjects: [{ kind: "contact", column: "actorId", as: "about" }],
    via: [{ table: "message", on: { channelId: "channelId", targetIndex: "providerMessageIndex" } }],
    retention: { from: "occurredAt", days: byMode, then: "delete", by: "content_modes" },
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    targetIndex: column("index.blind", bytea().notNull()),
    actorId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    emoji: column("user.content", bytea()),
    occurredAt: column("system", at().notNull()),
  },
);

/** One row: everything that was due before `sweptAt` is cleared. */
export const contentSweepTable = table(
  "content_sweep",
  {
    scope: "installation",
    purpose: "deliver",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert", "update"],
  },
  { id: column("system", smallint().notNull()), sweptAt: column("system", at().notNull()) },
);
