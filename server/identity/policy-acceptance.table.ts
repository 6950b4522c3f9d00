import { integer, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What someone accepted at sign-up: the policy's version, and that they are an adult. No consent: those stand apart. */
export const policyAcceptance = table(
  "policy_acceptance",
  {
    scope: "person",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: "with-parent",
    grants: ["select", "insert", "delete"],
  },
  {
    personId: column("system", text().notNull()),
    version: column("system", integer().notNull()),
    kind: column("system", text().notNull()),
    acceptedAt: column("system", at().notNull()),
  },
);
