import type { Clock } from "./clock.ts";
import type { Tx } from "./db.ts";
import { sqlState } from "./db-errors.ts";
import { idempotencyConflict, idempotencyInProgress } from "./problem.ts";

export interface IdempotentRequest {
  workspaceId: string;
  routeId: string;
  /** Who calls: two keys of one workspace may use the same Idempotency-Key. */
  actorId: string;
  key: string;
  /** Canonical text of params, query and body. Only its keyed hash is kept. */
  request: string;
}

export interface Replay {
  resultId: string;
  status: number;
}

export interface Idempotency {
  /** Claims the key inside the request's transaction. Returns the first call's result if there was one. */
  begin(tx: Tx, request: IdempotentRequest): Promise<Replay | undefined>;
  finish(tx: Tx, request: IdempotentRequest, result: Replay): Promise<void>;
}

/** How long a repeat gets the first result. */
export const lifetimeMs = 24 * 60 * 60 * 1000;

// The claim is part of the request's own transaction: a second request with the key waits on the unique index for the
// first to commit (then it replays) or to roll back (then it runs). So nothing is ever "in progress" after a crash.
const claim = `insert into idempotency_record (workspace_id, key_hash, route_id, request_hash, created_at)
  values ($1, $2, $3, $4, $5)
  on conflict (workspace_id, key_hash) do update
    set route_id = excluded.route_id, request_hash = excluded.request_hash, created_at = excluded.created_at,
        result_id = null, status = null
    where idempotency_record.created_at < $6
  returning 1 as claimed`;

/**
 * Repeats of a POST within 24 h give the first result. Kept: a keyed hash of the request, the result's id and its status.
 * Throws `idempotencyConflict` for another request under the same key, `idempotencyInProgress` after 5 s of waiting.
 */
export function createIdempotency(deps: {
  clock: Clock;
  /** Keyed by the workspace, so that a leaked table says nothing about the requests. */
  hash: (workspaceId: string, text: string) => Buffer;
}): Idempotency {
  const keyHash = (request: IdempotentRequest): Buffer =>
    deps.hash(request.workspaceId, JSON.stringify([request.actorId, request.key]));

  return {
    async begin(tx, request) {
      const now = deps.clock.now();
      const hashed = keyHash(request);
      const requestHash = deps.hash(request.workspaceId, request.request);
      await tx.query("select set_config('lock_timeout', '5s', true)");
      try {
        const claimed = await tx.named("idempotency.claim", claim, [
          request.workspaceId,
          hashed,
          request.routeId,
          requestHash,
          now,
          new Date(now.getTime() - lifetimeMs),
        ]);
        if (claimed.length > 0) return undefined;
      } catch (error) {
        if (sqlState(error) === "55P03") throw idempotencyInProgress({ retryAfterMs: 1000 });
        throw error;
      } finally {
        await tx.query("select set_config('lock_timeout', '0', true)").catch(() => {});
      }
      const [first] = await tx.named<{
        route_id: string;
        request_hash: Buffer;
        result_id: string | null;
        status: number;
      }>(
        "idempotency.read",
        "select route_id, request_hash, result_id, status from idempotency_record where workspace_id = $1 and key_hash = $2",
        [request.workspaceId, hashed],
      );
      if (!first || first.route_id !== request.routeId || !first.request_hash.equals(requestHash))
        throw idempotencyConflict();
      return { resultId: first.result_id ?? "", status: first.status };
    },

    async finish(tx, request, result) {
      await tx.named(
        "idempotency.finish",
        "update idempotency_record set result_id = $3, status = $4 where workspace_id = $1 and key_hash = $2",
        [request.workspaceId, keyHash(request), result.resultId, result.status],
      );
    },
  };
}
