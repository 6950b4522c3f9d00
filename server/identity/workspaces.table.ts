import { smallint, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** The tenant. */
export const workspace = table(
  "workspace",
  {
    scope: "workspace",
    workspaceColumn: "id",
    purpose: "account",
    role: "controller",
    origin: ["team"],
    subjects: [{ kind: "workspace", column: "id", as: "about" }],
    legal: { outlives: "workspace", rule: "Show that a workspace was deleted", statute: "GDPR Art. 5(2), 28(3)(g)" },
    // of one that was deleted only its id and times are left
    retention: { from: "closedAt", days: 1095, then: "delete", by: "closure" },
  },
  {
    id: column("system", text().notNull()),
    name: column("organization.name", text().notNull()),
    createdAt: column("system", at().notNull()),
    closedAt: column("system", at()),
    closingAt: column("system", at()),
    purgeAt: column("system", at()),
    closingReason: column("system", text()),
    dormancyNotices: column("system", smallint().notNull()),
    dormancyNoticedAt: column("system", at()),
    suspendedAt: column("system", at()),
    suspendedReason: column("system", text()),
    // null: the agreements in force are accepted
    agreementsDueAt: column("system", at()),
    agreementsDueFor: column("system", text()),
  },
);

/** A person with a role in a workspace. A removed one stays as a row: messages and notes name it as their author. */
export const member = table(
  "member",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: "with-workspace",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    // null: the person was erased
    personId: column("system", text()),
    role: column("system", text().notNull()),
    channelIds: column("system", text().array()),
    createdAt: column("system", at().notNull()),
    removedAt: column("system", at()),
  },
);

/** A link that makes its holder a member. */
export const invitation = table(
  "invitation",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    origin: ["team"],
    subjects: [{ kind: "member", column: "invitedBy", as: "authored" }],
    retention: { from: "expiresAt", days: 30, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    email: column("user.contact.email", bytea()),
    role: column("system", text().notNull()),
    channelIds: column("system", text().array()),
    tokenHash: column("credential.verifier", bytea().notNull()),
    invitedBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at().notNull()),
    acceptedAt: column("system", at()),
    revokedAt: column("system", at()),
  },
);
