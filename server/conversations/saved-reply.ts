// Answers of the whole team, put into the composer by a word. What stands for the contact's name is filled there.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { sqlState } from "../platform/db-errors.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { notFound, problem } from "../platform/problem.ts";
import { openText, seal, type Aad } from "../platform/seal.ts";

export const savedReplyChanged = event({
  type: "saved_reply.changed",
  doc: "Emitted when a saved reply was made, changed or removed.",
  payload: z.object({ savedReplyId: z.string() }),
});

export const shortcutTaken = problem({
  code: "saved_reply.shortcut_taken",
  status: 409,
  title: "There is a saved reply of that shortcut already.",
  fix: "Change the one that is there, or choose another word.",
});

export const tooManyReplies = problem({
  code: "saved_reply.too_many",
  status: 409,
  title: "A workspace has 500 saved replies at most.",
  fix: "Remove one that nobody uses any more.",
});

const MAX_REPLIES = 500;

export const newSavedReply = z.object({
  shortcut: z
    .string()
    .trim()
    .toLowerCase()
    .min(1)
    .max(40)
    .regex(/^[\p{L}\p{M}\p{N}_-]+$/u, "may hold letters, digits, - and _")
    .describe("What is typed after `/`."),
  text: z
    .string()
    .trim()
    .min(1)
    .max(4_096)
    .describe("`{{name}}` and `{{firstName}}` stand for the contact's, where the web app puts the reply in."),
});
export const savedReplyPatch = newSavedReply.partial();

export const savedReplyView = z
  .object({ id: z.string(), shortcut: z.string(), text: z.string(), updatedAt: z.iso.datetime() })
  .meta({ id: "SavedReply" });
export type SavedReplyView = z.output<typeof savedReplyView>;

interface Row {
  id: string;
  shortcut: string;
  body: Buffer;
  updated_at: Date;
}

const placeOf = (ctx: Ctx, id: string): Aad => ({
  ...{ table: "saved_reply", column: "body", row: id, workspace: ctx.workspaceId },
});

function sealBody(ctx: Ctx, id: string, text: string): Buffer {
  const subject = `workspace:${ctx.workspaceId}`;
  const key = ctx.keyring.ensure([{ subject, parent: null }]).get(subject);
  if (!key) throw new Error("a workspace has no key");
  return seal(key, placeOf(ctx, id), text);
}

const view = (ctx: Ctx, row: Row): SavedReplyView => ({
  ...{ id: row.id, shortcut: row.shortcut, updatedAt: row.updated_at.toISOString() },
  text: openText(ctx.keyring, placeOf(ctx, row.id), row.body),
});

/** All of them, by their shortcut. */
export async function listSavedReplies(ctx: Ctx): Promise<SavedReplyView[]> {
  const rows = await ctx.tx.named<Row>(
    "saved_reply.list",
    "select id, shortcut, body, updated_at from saved_reply where workspace_id = $1 order by shortcut, id",
    [ctx.workspaceId],
  );
  return rows.map((row) => view(ctx, row));
}

function taken(error: unknown): never {
  if (sqlState(error) === "23505") throw shortcutTaken();
  throw error;
}

const changed = (ctx: Ctx, savedReplyId: string): Promise<void> =>
  ctx.emit(ctx.tx, savedReplyChanged, [{ workspaceId: ctx.workspaceId, payload: { savedReplyId } }]);

/** @throws saved_reply.shortcut_taken · saved_reply.too_many */
export async function createSavedReply(ctx: Ctx, input: z.output<typeof newSavedReply>): Promise<SavedReplyView> {
  const id = newId("srp", ctx.clock.ms());
  const now = ctx.clock.now();
  const [row] = await ctx.tx
    .query<Row>(
      `insert into saved_reply (workspace_id, id, shortcut, body, created_at, updated_at)
       select $1, $2, $3, $4, $5, $5 where (select count(*) from saved_reply where workspace_id = $1) < $6
       returning id, shortcut, body, updated_at`,
      [ctx.workspaceId, id, input.shortcut, sealBody(ctx, id, input.text), now, MAX_REPLIES],
    )
    .catch(taken);
  if (!row) throw tooManyReplies();
  await changed(ctx, id);
  return view(ctx, row);
}

/** @throws not_found · saved_reply.shortcut_taken */
export async function updateSavedReply(
  ctx: Ctx,
  id: string,
  patch: z.output<typeof savedReplyPatch>,
): Promise<SavedReplyView> {
  const body = patch.text === undefined ? null : sealBody(ctx, id, patch.text);
  const [row] = await ctx.tx
    .query<Row>(
      `update saved_reply set shortcut = coalesce($3, shortcut), body = coalesce($4, body), updated_at = $5
       where workspace_id = $1 and id = $2 returning id, shortcut, body, updated_at`,
      [ctx.workspaceId, id, patch.shortcut ?? null, body, ctx.clock.now()],
    )
    .catch(taken);
  if (!row) throw notFound();
  await changed(ctx, id);
  return view(ctx, row);
}

/** @throws not_found */
export async function removeSavedReply(ctx: Ctx, id: string): Promise<void> {
  const rows = await ctx.tx.query("delete from saved_reply where workspace_id = $1 and id = $2 returning id", [
    ctx.workspaceId,
    id,
  ]);
  if (rows.length === 0) throw notFound();
  await changed(ctx, id);
}
