import type { Tx } from "../platform/db.ts";
import type { PolicyChange } from "./compare-policies.ts";
import type { PolicyFacts } from "./policy-facts.ts";

export interface PolicyVersion {
  number: number;
  facts: PolicyFacts;
  changes: PolicyChange[];
  isMaterial: boolean;
  notifiedAt: Date;
  effectiveAt: Date;
}

export const policyColumns = `number, facts, changes, is_material as "isMaterial", notified_at as "notifiedAt", effective_at as "effectiveAt"`;
/** All versions, newest first. */
export async function listPolicies(tx: Tx): Promise<PolicyVersion[]> {
  return tx.named<PolicyVersion>(
    "policy_version.list",
    `select ${policyColumns} from policy_version order by number desc`,
    [],
  );
}

/** The version that counts now, and the one that is announced. */
export function currentPolicy(
  versions: readonly PolicyVersion[],
  now: Date,
): { current: PolicyVersion | undefined; coming: PolicyVersion | undefined } {
  const current = versions.find(({ effectiveAt }) => effectiveAt <= now);
  const coming = versions.findLast(({ effectiveAt }) => effectiveAt > now);
  return { current, coming };
}
