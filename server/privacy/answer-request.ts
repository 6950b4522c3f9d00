import type { Ctx } from "../platform/context.ts";
import { advanceSubjectRequest, openDetail, readRequest, requestNotOpen, type RequestRow } from "./subject-request.ts";

/**
 * What only a person can settle was settled: a complaint, or what of a correction could not be taken, which then goes on to its end.
 * @throws not_found · subject_request.not_open
 */
export async function answerRequest(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock" | "keyring" | "enqueue">,
  id: string,
): Promise<RequestRow> {
  const { tx, workspaceId } = ctx;
  const now = ctx.clock.now();
  const before = await readRequest(ctx, id);
  const isCorrection = before.type === "rectify" && openDetail(ctx, before).untaken !== undefined;
  const rows = isCorrection
    ? await tx.query(
        `update subject_request set state = 'running', steps = $4::jsonb, updated_at = $3
         where workspace_id = $1 and id = $2 and state = 'accepted' and steps = '[]' returning id`,
        [workspaceId, id, now, JSON.stringify([{ step: "rectify", at: now.toISOString(), count: 0 }])],
      )
    : await tx.query(
        `update subject_request set state = 'done', finished_at = $3, updated_at = $3
         where workspace_id = $1 and id = $2 and type = 'complaint' and state in ('received', 'accepted') returning id`,
        [workspaceId, id, now],
      );
  if (rows.length === 0) throw requestNotOpen();
  if (isCorrection) await ctx.enqueue(tx, advanceSubjectRequest, { workspaceId, requestId: id });
  return readRequest(ctx, id);
}
