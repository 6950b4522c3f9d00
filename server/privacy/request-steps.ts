// What the steps of a request share: what they are given, how they count, how the receipt is written.
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { readRequest, type RequestRow } from "./subject-request.ts";
import type { Receipt } from "./subject-request.table.ts";

/** What a step is given. `ids`: the contact with all that were merged into it, or the person; empty when nobody was found. */
export interface StepRun {
  app: App;
  request: RequestRow;
  ids: string[];
}

/** Both are tried again later. `held`: someone must keep what this step would destroy. `waiting`: for somebody of the team. */
export type StepResult = number | "held" | "waiting";

export interface Step {
  name: string;
  /** Idempotent: a crash may come after what it did and before that was written down. Returns how many things it touched. */
  run: (run: StepRun) => Promise<StepResult>;
}

/** Adds to what a request destroyed, in the transaction that destroys it, so that the receipt counts right after a crash too. */
export async function countDeleted(tx: Tx, request: RequestRow, what: string, count: number): Promise<void> {
  if (count === 0) return;
  await tx.query(
    `update subject_request set counts = jsonb_set(counts, array[$3], to_jsonb(coalesce((counts ->> $3)::bigint, 0) + $4::bigint))
     where workspace_id = $1 and id = $2`,
    [request.workspaceId, request.id, what, count],
  );
}

export async function writeReceipt(app: App, request: RequestRow, retained: Receipt["retained"]): Promise<number> {
  const { workspaceId, id } = request;
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const { counts } = await readRequest({ tx, workspaceId }, id);
    const deleted = Object.entries(counts)
      .map(([what, count]) => ({ what, count }))
      .toSorted((a, b) => (a.what < b.what ? -1 : 1));
    await tx.query("update subject_request set receipt = $3::jsonb where workspace_id = $1 and id = $2", [
      ...[workspaceId, id, JSON.stringify({ deleted, retained } satisfies Receipt)],
    ]);
  });
  return 1;
}
