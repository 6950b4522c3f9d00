import type { Tx } from "../platform/db.ts";
import type { Attempt } from "./attempt.ts";
import type { Claimed } from "./claim.ts";

/**
 * An event that cannot be put into words holds back its conversation on an ordered endpoint. After so many tries, some 35 minutes, the
 * order goes on without it: its delivery has failed, and is replayed when the fault is mended. Elsewhere it holds back nobody and is tried
 * as long as any other.
 */
export const RENDER_TRIES = 3;

/** Deliveries whose last try this was, by id. Costs nothing where everything was rendered. */
export async function findUnrendered(
  tx: Tx,
  called: readonly { claimed: Claimed; attempt: Attempt }[],
): Promise<ReadonlySet<string>> {
  const held = called.filter(({ claimed, attempt }) => claimed.isOrdered && attempt.fault === "not_rendered");
  if (held.length === 0) return new Set();
  // Plan: delivery_attempt_of, as many rows as this round of the delivery has attempts. An earlier round, before a replay, does not count
  const rows = await tx.named<{ id: string }>(
    "delivery.unrendered",
    `select x.id from unnest($1::text[], $2::text[], $3::int[]) as x (w, id, earlier) cross join lateral (
       select count(*) filter (where fault = 'not_rendered') as n from (select a.fault from delivery_attempt a
         where a.workspace_id = x.w and a.delivery_id = x.id order by a.started_at desc limit x.earlier) a) a
     where a.n + 1 >= $4`,
    [
      held.map(({ claimed }) => claimed.workspaceId),
      held.map(({ claimed }) => claimed.deliveryId),
      held.map(({ claimed }) => claimed.attempt - 1),
      RENDER_TRIES,
    ],
  );
  return new Set(rows.map((row) => row.id));
}
