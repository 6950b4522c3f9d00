import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** The contract that an owner accepted for the workspace: terms of use, and the agreement on processing (GDPR 28). No consent to anything. */
export const workspaceAgreementTable = table(
  "workspace_agreement",
  {
    scope: "workspace",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "member", column: "acceptedBy", as: "authored" }],
    retention: "with-workspace",
    grants: ["select", "insert"],
  },
  {
    workspaceId: column("system", text().notNull()),
    document: column("system", text().notNull()),
    version: column("system", text().notNull()),
    acceptedBy: column("system", text()),
    acceptedAt: column("system", at().notNull()),
  },
);

/** The exact words of every version that was in force here, since `createdAt`. */
export const agreementTextTable = table(
  "agreement_text",
  {
    scope: "installation",
    purpose: "account",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert"],
  },
  {
    version: column("system", text().notNull()),
    document: column("system", text().notNull()),
    words: column("system", text().notNull()),
    createdAt: column("system", at().notNull()),
  },
);
