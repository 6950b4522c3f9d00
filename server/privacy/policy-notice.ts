// The change that is ahead, as somebody who is signed in sees it until they said that they read it.
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import { changeSentence } from "./policy-text.ts";
import { currentPolicy, listPolicies } from "./read-policies.ts";

const personOf = ({ actor }: Ctx): string => {
  if (actor.kind !== "member" && actor.kind !== "person") throw notFound();
  return actor.personId;
};

export async function readNotice(
  ctx: Ctx,
): Promise<{ version: number; effectiveAt: string; changes: string[] } | null> {
  const { coming } = currentPolicy(await listPolicies(ctx.tx), ctx.clock.now());
  if (!coming?.isMaterial) return null;
  const [read] = await ctx.tx.query(
    "select 1 from policy_notice where person_id = $1 and version = $2 and acknowledged_at is not null",
    [personOf(ctx), coming.number],
  );
  if (read) return null;
  const { number: version, effectiveAt, changes } = coming;
  return { version, effectiveAt: effectiveAt.toISOString(), changes: changes.map((one) => changeSentence(one)) };
}

/** @throws not_found for a version that is not there */
export async function acknowledgeNotice(ctx: Ctx, version: number): Promise<void> {
  const rows = await ctx.tx.query(
    `insert into policy_notice (person_id, version, acknowledged_at) select $1, number, $3 from policy_version where number = $2
     on conflict (person_id, version) do update set acknowledged_at = coalesce(policy_notice.acknowledged_at, excluded.acknowledged_at)
     returning version`,
    [personOf(ctx), version, ctx.clock.now()],
  );
  if (rows.length === 0) throw notFound();
}
