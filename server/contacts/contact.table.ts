import { boolean, integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** A person (or a group) that a channel talks with. */
export const contactTable = table(
  "contact",
  {
    scope: "workspace",
    purpose: "inbox",
    role: "processor",
    origin: ["provider", "team", "person"],
    leaves: ["program"],
    subjects: [{ kind: "contact", column: "id", as: "about" }],
    // counted from the last message where there is one
    retention: {
      from: "updatedAt",
      days: { setting: "contact_inactive_days", min: 30, default: 1095, max: 3650 },
      ...{ then: "delete", by: "contacts" },
    },
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    name: column("user.name", bytea()),
    nameSource: column("system", text().notNull()),
    attributes: column("user.content", bytea(), { ifEnabled: "user.special" }),
    isGroup: column("system", boolean().notNull()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
    restrictedAt: column("system", at()),
    minorAt: column("system", at()),
    mergedInto: column("system", text()),
  },
);

/** An address under which a contact is known; several are aliases of one person. */
export const contactIdentityTable = table(
  "contact_identity",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    origin: ["provider", "team", "person"],
    leaves: ["network", "program"],
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    retention: "with-parent",
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    address: column("user.unique_id", bytea().notNull()),
    addressIndex: column("index.blind", bytea().notNull()),
    createdAt: column("system", at().notNull()),
  },
);

/** What a person agreed to, or took back. Never changed: an entry is chained to the one before it (see consent-chain.ts). */
export const consentEventTable = table(
  "consent_event",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    origin: ["person", "team", "provider"],
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    retention: "with-workspace",
    grants: ["select", "insert", "delete"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    channelId: column("system", text()),
    purpose: column("system", text().notNull()),
    action: column("system", text().notNull()),
    method: column("system", text().notNull()),
    textVersion: column("system", text()),
    expiresAt: column("system", at()),
    proof: column("user.content", bytea()),
    proofHash: column("system", bytea()),
    position: column("system", integer().notNull()),
    hash: column("system", bytea().notNull()),
    occurredAt: column("system", at().notNull()),
    createdAt: column("system", at().notNull()),
  },
);

/** The newest link of each contact's chain. */
export const consentChainTable = table(
  "consent_chain",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "processor",
    subjects: [{ kind: "contact", column: "contactId", as: "about" }],
    retention: "with-workspace",
  },
  {
    workspaceId: column("system", text().notNull()),
    contactId: column("system", text().notNull()),
    length: column("system", integer().notNull()),
    head: column("system", bytea()),
    replyOwed: column("system", text()),
  },
);

/** The exact words that people agreed to; the id is their hash. */
export const consentTextTable = table(
  "consent_text",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-workspace",
    grants: ["select", "insert", "delete"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    text: column("system", text().notNull()),
    createdAt: column("system", at().notNull()),
  },
);

/** What a workspace asks of a consent, per purpose. */
export const consentRuleTable = table(
  "consent_rule",
  {
    scope: "workspace",
    purpose: "deliver",
    role: "controller",
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-workspace",
  },
  {
    workspaceId: column("system", text().notNull()),
    purpose: column("system", text().notNull()),
    needsConfirmation: column("system", boolean().notNull()),
    minAge: column("system", integer()),
    validDays: column("system", integer()),
    updatedAt: column("system", at().notNull()),
  },
);
