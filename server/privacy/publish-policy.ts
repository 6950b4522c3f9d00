// Versions of the privacy page: published by the server when its declarations say something else than the newest version.
import type { App } from "../platform/context.ts";
import { comparePolicies, isMaterial, noticeDaysOf } from "./compare-policies.ts";
import { featuresUsed } from "./feature-gate.ts";
import { mailPolicyJob } from "./policy.jobs.ts";
import { hashFacts, policyFacts } from "./policy-facts.ts";
import { policyColumns, type PolicyVersion } from "./read-policies.ts";

// any constant will do; two processes that start at once publish one version
const publishLock = 727_003;
const DAY_MS = 86_400_000;
const SPECIAL = "user.special";

/**
 * Freezes what the declarations say, if that is news. The first version counts at once; later ones that matter after their notice, which is
 * mailed by a job of the same transaction. Returns the new version's number.
 */
export async function publishPolicy(
  app: Pick<App, "db" | "clock" | "config" | "registry" | "enqueue">,
): Promise<number | undefined> {
  return app.db.tx({ workspaceIds: [] }, async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [publishLock]);
    const [last] = await tx.query<PolicyVersion & { hash: string }>(
      `select ${policyColumns}, hash from policy_version order by number desc limit 1`,
    );
    // what was told once stays told: a workspace that turns it off and on again is no news, and no mail, for everybody else
    const isSpecial =
      last?.facts.held.some(({ category }) => category === SPECIAL) === true ||
      (await featuresUsed(tx)).has("special_categories");
    const facts = policyFacts(app.registry, app.config, isSpecial ? [SPECIAL] : []);
    const hash = hashFacts(facts);
    // oxlint-disable-next-line security/detect-possible-timing-attacks -- a public text
    if (last?.hash === hash) return undefined;
    const changes = last ? comparePolicies(last.facts, facts) : [];
    const noticeDays = noticeDaysOf(changes);
    const now = app.clock.now();
    // a version never overtakes one that waits
    const earliest = Math.max(now.getTime() + noticeDays * DAY_MS, last?.effectiveAt.getTime() ?? 0);
    const number = (last?.number ?? 0) + 1;
    await tx.query(
      `insert into policy_version (number, facts, hash, changes, is_material, notice_days, notified_at, effective_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[number, JSON.stringify(facts), hash, JSON.stringify(changes), isMaterial(changes), noticeDays, now],
        new Date(earliest),
      ],
    );
    if (isMaterial(changes)) await app.enqueue(tx, mailPolicyJob, { version: number });
    return number;
  });
}
