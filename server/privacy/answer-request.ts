import type { Ctx } from "../platform/context.ts";
import { readRequest, requestNotOpen, type RequestRow } from "./subject-request.ts";

/** What only a person can settle was settled: a complaint. @throws not_found · subject_request.not_open */
export async function answerRequest(ctx: Pick<Ctx, "tx" | "workspaceId" | "clock">, id: string): Promise<RequestRow> {
  const rows = await ctx.tx.query(
    `update subject_request set state = 'done', finished_at = $3, updated_at = $3
     where workspace_id = $1 and id = $2 and type = 'complaint' and state in ('received', 'accepted') returning id`,
    [ctx.workspaceId, id, ctx.clock.now()],
  );
  const row = await readRequest(ctx, id);
  if (rows.length === 0) throw requestNotOpen();
  return row;
}
