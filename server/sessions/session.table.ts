import { bigint, boolean, integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table, type TablePrivacy } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

const ofChannel = {
  scope: "workspace",
  purpose: "deliver",
  role: "controller",
  subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
  retention: "with-parent",
} as const satisfies TablePrivacy;

/** A linked device: what is wanted of it, where it stands and since when, and who agreed to what before it was linked. */
export const sessionTable = table(
  "session",
  { ...ofChannel, origin: ["team", "provider"] },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    state: column("system", text().notNull()),
    since: column("system", at().notNull()),
    reason: column("system", text()),
    isWanted: column("system", boolean().notNull()),
    generation: column("system", integer().notNull()),
    historyDays: column("system", integer().notNull()),
    command: column("system", text()),
    commandNo: column("system", integer().notNull()),
    // how to pair, and the number to pair with
    commandData: column("user.contact.phone_number", bytea()),
    // whoever holds it may link a device: QR or code, for the seconds that it lives
    pairing: column("credential.secret", bytea()),
    pairingExpiresAt: column("system", at()),
    // the business's own number and name at the provider
    account: column("user.unique_id", bytea()),
    attempts: column("system", integer().notNull()),
    nextAttemptAt: column("system", at()),
    linkedAt: column("system", at()),
    lastSeenAt: column("system", at()),
    restrictedUntil: column("system", at()),
    acknowledgedVersion: column("system", text()),
    acknowledgedAt: column("system", at()),
    acknowledgedBy: column("system", text()),
    updatedAt: column("system", at().notNull()),
  },
);

/** Which process owns a session. */
export const sessionLeaseTable = table("session_lease", ofChannel, {
  workspaceId: column("system", text().notNull()),
  channelId: column("system", text().notNull()),
  owner: column("system", text().notNull()),
  fence: column("system", bigint({ mode: "number" }).notNull()),
  expiresAt: column("system", at().notNull()),
});

/** Device credentials and the keys of every conversation's encryption. Ids hold numbers of people, so they are blind here. */
export const sessionKeyTable = table("session_key", ofChannel, {
  workspaceId: column("system", text().notNull()),
  channelId: column("system", text().notNull()),
  kind: column("system", text().notNull()),
  keyIndex: column("index.blind", bytea().notNull()),
  value: column("credential.secret", bytea().notNull()),
});

/** Messages between their decryption, which can happen only once, and their row. */
export const decryptJournalTable = table(
  "decrypt_journal",
  {
    ...ofChannel,
    role: "processor",
    origin: ["provider"],
    // whose message it is stands only inside
    erase: "by-step",
    isDiagnostic: true,
    retention: { from: "createdAt", days: 14, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    hash: column("index.blind", bytea().notNull()),
    entry: column("user.content", bytea().notNull()),
    createdAt: column("system", at().notNull()),
  },
);

/** Links under which a code can be scanned without a login. */
export const sessionShareTable = table(
  "session_share",
  { ...ofChannel, retention: { from: "expiresAt", days: 1, then: "delete" } },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    tokenHash: column("credential.verifier", bytea().notNull()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    expiresAt: column("system", at().notNull()),
  },
);

/** Whom a channel wrote to first, and when: the budget of first contacts counts them. */
export const firstContactTable = table(
  "first_contact",
  {
    ...ofChannel,
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    retention: { from: "at", days: 30, then: "delete" },
  },
  {
    workspaceId: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    at: column("system", at().notNull()),
  },
);
