import { integer, text, timestamp } from "../platform/drizzle.ts";
import { bytea, column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What an authority asked for and got, and which two people approved it. */
export const legalDisclosureTable = table(
  "legal_disclosure",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    origin: ["team"],
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    legal: { outlives: "person", rule: "Show what an authority was given", statute: "GDPR Art. 5(2), 30(1)(d)" },
    retention: { from: "createdAt", days: 1095, then: "delete" },
    grants: ["select", "insert", "update"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    authority: column("user.content", bytea().notNull()),
    ground: column("system", text().notNull()),
    scope: column("system", text().notNull()),
    contactId: column("system", text()),
    consentId: column("system", text()),
    firstApprovalBy: column("system", text()),
    firstApprovalAt: column("system", at()),
    secondApprovalBy: column("system", text()),
    secondApprovalAt: column("system", at()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
    givenAt: column("system", at()),
    givenBy: column("system", text()),
  },
);

/** Breaches of personal data, with the authority's 72 hours (GDPR 33). */
export const breachTable = table(
  "breach",
  {
    scope: "workspace",
    purpose: "security",
    role: "controller",
    origin: ["team"],
    subjects: [{ kind: "workspace", column: "workspaceId", as: "about" }],
    retention: "with-workspace",
    grants: ["select", "insert", "update"],
  },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    kind: column("system", text().notNull()),
    description: column("user.content", bytea().notNull()),
    peopleAffected: column("system", integer()),
    foundAt: column("system", at().notNull()),
    authorityDueAt: column("system", at().notNull()),
    authorityToldAt: column("system", at()),
    peopleToldAt: column("system", at()),
    closedAt: column("system", at()),
    createdBy: column("system", text()),
    createdAt: column("system", at().notNull()),
  },
);
