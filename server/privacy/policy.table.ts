import { boolean, integer, jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";
import type { PolicyChange } from "./compare-policies.ts";
import type { PolicyFacts } from "./policy-facts.ts";

const at = () => timestamp({ withTimezone: true });

/** A version of the privacy page: what the declarations said when it was published. Never changed. */
export const policyVersionTable = table(
  "policy_version",
  {
    scope: "installation",
    purpose: "account",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert"],
  },
  {
    number: column("system", integer().notNull()),
    facts: column("system", jsonb().$type<PolicyFacts>().notNull()),
    hash: column("system", text().notNull()),
    changes: column("system", jsonb().$type<PolicyChange[]>().notNull()),
    isMaterial: column("system", boolean().notNull()),
    noticeDays: column("system", integer().notNull()),
    notifiedAt: column("system", at().notNull()),
    effectiveAt: column("system", at().notNull()),
  },
);

/** Whom a coming version was told, and who said that they read it. */
export const policyNoticeTable = table(
  "policy_notice",
  {
    scope: "person",
    purpose: "account",
    role: "controller",
    subjects: [{ kind: "person", column: "personId", as: "about" }],
    retention: "until-removed",
  },
  {
    personId: column("system", text().notNull()),
    version: column("system", integer().notNull()),
    mailedAt: column("system", at()),
    acknowledgedAt: column("system", at()),
  },
);
