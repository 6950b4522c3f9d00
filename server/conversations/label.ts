import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { sqlState } from "../platform/db-errors.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { notFound, problem } from "../platform/problem.ts";

export const labelChanged = event({
  type: "label.changed",
  doc: "Emitted when a label was made, renamed, recoloured or removed.",
  payload: z.object({ labelId: z.string() }),
});

export const labelNameTaken = problem({
  code: "label.name_taken",
  status: 409,
  title: "There is a label of that name already.",
  fix: "Use the existing one, or choose another name.",
});

export const labelColors = ["grey", "blue", "green", "amber", "red", "teal", "brown"] as const;

export const labelView = z
  .object({ id: z.string(), name: z.string(), color: z.enum(labelColors) })
  .meta({ id: "Label" });
export type LabelView = z.output<typeof labelView>;

function nameTaken(error: unknown): never {
  if (sqlState(error) === "23505") throw labelNameTaken();
  throw error;
}

export async function listLabels(ctx: Ctx): Promise<LabelView[]> {
  return ctx.tx.named<LabelView>(
    "label.list",
    "select id, name, color from label where workspace_id = $1 order by name, id",
    [ctx.workspaceId],
  );
}

/** @throws label.name_taken */
export async function createLabel(ctx: Ctx, input: { name: string; color: LabelView["color"] }): Promise<LabelView> {
  const id = newId("lbl", ctx.clock.ms());
  await ctx.tx
    .query("insert into label (workspace_id, id, name, color, created_at) values ($1, $2, $3, $4, $5)", [
      ctx.workspaceId,
      id,
      input.name,
      input.color,
      ctx.clock.now(),
    ])
    .catch(nameTaken);
  await ctx.emit(ctx.tx, labelChanged, [{ workspaceId: ctx.workspaceId, payload: { labelId: id } }]);
  return { id, ...input };
}

/** @throws not_found · label.name_taken */
export async function updateLabel(
  ctx: Ctx,
  id: string,
  input: { name?: string | undefined; color?: LabelView["color"] | undefined },
): Promise<LabelView> {
  const [row] = await ctx.tx
    .query<LabelView>(
      `update label set name = coalesce($3, name), color = coalesce($4, color) where workspace_id = $1 and id = $2
       returning id, name, color`,
      [ctx.workspaceId, id, input.name ?? null, input.color ?? null],
    )
    .catch(nameTaken);
  if (!row) throw notFound();
  await ctx.emit(ctx.tx, labelChanged, [{ workspaceId: ctx.workspaceId, payload: { labelId: id } }]);
  return row;
}

/** Takes the label off every conversation too. @throws not_found */
export async function removeLabel(ctx: Ctx, id: string): Promise<void> {
  const rows = await ctx.tx.query("delete from label where workspace_id = $1 and id = $2 returning id", [
    ctx.workspaceId,
    id,
  ]);
  if (rows.length === 0) throw notFound();
  await ctx.emit(ctx.tx, labelChanged, [{ workspaceId: ctx.workspaceId, payload: { labelId: id } }]);
}
