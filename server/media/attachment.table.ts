import { bigint, integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });
const byMode = { setting: "channel.contentMode", max: 3650 };

/** A medium of a message, or one that was uploaded and not sent yet. The bytes are in the blob store. */
export const attachmentTable = table(
  "attachment",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["person", "team"],
    leaves: ["network", "program"],
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    via: [{ table: "message", on: { messageId: "id" }, insteadOf: "contactId" }],
    // the bytes are in the blob store: they go first, while the row still says where they are
    erase: "by-step",
    retention: { from: "createdAt", days: byMode, then: "delete", by: "content_modes" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    messageId: column("system", text()),
    channelId: column("system", text()),
    contactId: column("system", text()),
    kind: column("system", text().notNull()),
    state: column("system", text().notNull()),
    mimeType: column("system", text()),
    bytes: column("system", bigint({ mode: "number" })),
    width: column("system", integer()),
    height: column("system", integer()),
    durationMs: column("system", integer()),
    sha256: column("index.blind", bytea()),
    // file name, the provider's handle
    details: column("user.content", bytea()),
    blobName: column("system", text()),
    blobKey: column("credential.secret", bytea()),
    errorCode: column("system", text()),
    attempts: column("system", integer().notNull()),
    createdAt: column("system", at().notNull()),
    storedAt: column("system", at()),
    // gone at the network: when its phone was to be asked for it, when it was asked and did not answer, and when it said where it is
    askedAt: column("system", at()),
    triedAt: column("system", at()),
    answeredAt: column("system", at()),
  },
);
