import { restrictContacts } from "../contacts/restrict-contacts.ts";
import type { Ctx } from "../platform/context.ts";
import type { LedgerEntry } from "./ledger-file.ts";
import { appendAfterCommit } from "./ledger.ts";

type RestrictCtx = Pick<Ctx, "tx" | "workspaceId" | "clock" | "emit" | "config">;

/** Restricts people as a request asks, or ends it, and writes it down for a restore. Returns how many changed. */
export async function restrictSubject(
  ctx: RestrictCtx,
  { requestId, ids, isRestricted }: { requestId: string; ids: readonly string[]; isRestricted: boolean },
): Promise<number> {
  const { workspaceId } = ctx;
  const changed = await restrictContacts(ctx, ids, isRestricted);
  const kind = isRestricted ? "restriction_placed" : "restriction_lifted";
  const entries = changed.map((subjectId): LedgerEntry => ({
    ...{ id: `${requestId}/${subjectId}/${kind}`, kind, workspaceId, subjectId, keyIds: [] },
    at: ctx.clock.now().toISOString(),
  }));
  await appendAfterCommit(ctx, ctx.tx, entries);
  return changed.length;
}
