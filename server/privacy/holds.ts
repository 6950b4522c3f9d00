// Holds: what must not be deleted yet, although it is due or asked for.
import { z } from "zod";
import { actedBy, actedBySchema } from "../identity/identity-events.ts";
import { assertOwner } from "../identity/close-workspace.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { holdsSql } from "../contacts/held-sql.ts";
import { notFound, problem, validationFailed, workspaceClosing } from "../platform/problem.ts";
import type { LedgerEntry } from "./ledger-file.ts";
import { appendAfterCommit } from "./ledger.ts";

export const holdReasons = ["legal_claim", "authority_order", "statutory_duty", "security_incident"] as const;
export type HoldReason = (typeof holdReasons)[number];

export interface Hold {
  id: string;
  subjectKind: "contact" | "workspace";
  /** A contact's id, or the workspace's own. */
  subjectId: string;
  reason: HoldReason;
  until: Date;
}

/**
 * The holds that bind these contacts at `at`: their own, of contacts merged into them, and those on the whole workspace. No ids: the
 * workspace's own only. Call it in the transaction that deletes.
 */
export function holdsFor(tx: Tx, workspaceId: string, subjectIds: readonly string[], at: Date): Promise<Hold[]> {
  return tx.query<Hold & Record<string, unknown>>(
    `select id, subject_kind as "subjectKind", subject_id as "subjectId", reason, until
     from ${holdsSql("$1", "$3", (id) => `${id} = any ($2::text[])`)} order by h.until desc, h.id`,
    [workspaceId, subjectIds, at],
  );
}

const DAY_MS = 86_400_000;
/** A hold is looked at again at least once a year. */
const MAX_DAYS = 366;

export const holdChanged = event({
  type: "hold.changed",
  doc: "Emitted when a legal hold is placed on a contact or the workspace, or released.",
  payload: z.object({ holdId: z.string(), action: z.enum(["placed", "released"]), by: actedBySchema }),
});

export const holdOver = problem({ code: "hold.over", status: 409, title: "The hold is over already." });

export const HoldView = z.object({
  id: z.string(),
  contactId: z.string().nullable().describe("Null: the whole workspace."),
  reason: z.enum(holdReasons),
  until: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  createdBy: z.string().nullable(),
  releasedAt: z.iso.datetime().nullable(),
});

export const NewHold = z.object({
  contactId: z.string().max(64).optional().describe("Without it, the whole workspace is held."),
  reason: z.enum(holdReasons),
  until: z.iso.datetime().describe("At most a year ahead; place another one to go on."),
});

interface HoldRow extends Hold {
  createdAt: Date;
  createdBy: string | null;
  releasedAt: Date | null;
}

const columns = `id, subject_kind as "subjectKind", subject_id as "subjectId", reason, until, created_at as "createdAt",
  created_by as "createdBy", released_at as "releasedAt"`;

const viewOf = (row: HoldRow): z.input<typeof HoldView> => ({
  ...{ id: row.id, reason: row.reason, createdBy: row.createdBy },
  contactId: row.subjectKind === "contact" ? row.subjectId : null,
  until: row.until.toISOString(),
  createdAt: row.createdAt.toISOString(),
  releasedAt: row.releasedAt?.toISOString() ?? null,
});

/** Those that bind first, the newest first; released and ended ones stay for three years as the proof. */
export async function listHolds(ctx: Ctx): Promise<z.input<typeof HoldView>[]> {
  const rows = await ctx.tx.query<HoldRow & Record<string, unknown>>(
    `select ${columns} from legal_hold where workspace_id = $1
     order by released_at is null and until > $2 desc, created_at desc, id desc limit 500`,
    [ctx.workspaceId, ctx.clock.now()],
  );
  return rows.map(viewOf);
}

/** The purge begins under the same lock: it sees the hold, or the hold comes too late and is refused. */
async function refusePurged(ctx: Ctx): Promise<void> {
  await ctx.tx.query("select 1 from workspace where id = $1 for no key update", [ctx.workspaceId]);
  const begun = await ctx.tx.query(
    "select 1 from erasure_ledger where workspace_id = $1 and kind = 'workspace_closed' limit 1",
    [ctx.workspaceId],
  );
  if (begun.length > 0) throw workspaceClosing({ detail: "Its last day is over, and it is being deleted." });
}

/** Only an owner. Throws `forbidden`, `workspaceClosing`, `notFound`, `validationFailed`. */
export async function placeHold(ctx: Ctx, input: z.output<typeof NewHold>): Promise<z.input<typeof HoldView>> {
  assertOwner(ctx);
  await refusePurged(ctx);
  const now = ctx.clock.ms();
  const until = new Date(input.until);
  if (until.getTime() <= now || until.getTime() > now + MAX_DAYS * DAY_MS)
    throw validationFailed({
      issues: [{ path: "body.until", message: "must be in the future, at most a year ahead" }],
    });
  if (input.contactId !== undefined) {
    const found = await ctx.tx.query("select 1 from contact where workspace_id = $1 and id = $2", [
      ctx.workspaceId,
      input.contactId,
    ]);
    if (found.length === 0) throw notFound();
  }
  const [row] = await ctx.tx.query<HoldRow & Record<string, unknown>>(
    `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [
      ...[ctx.workspaceId, newId("hld", now), input.contactId === undefined ? "workspace" : "contact"],
      ...[input.contactId ?? ctx.workspaceId, input.reason, until, actedBy(ctx.actor).id, new Date(now)],
    ],
  );
  if (!row) throw new Error("a hold was not placed");
  const { subjectKind, reason, createdBy } = row;
  const at = row.createdAt.toISOString();
  await note(ctx, {
    ...{ id: row.id, kind: "hold_placed", subjectId: row.subjectId, at },
    detail: { subjectKind, reason, createdBy, until: input.until },
  });
  await tell(ctx, row.id, "placed");
  return viewOf(row);
}

/** What it kept goes with the next sweep. Only an owner. Throws `forbidden`, `notFound`, `holdOver`. */
export async function releaseHold(ctx: Ctx, id: string): Promise<z.input<typeof HoldView>> {
  assertOwner(ctx);
  const now = ctx.clock.now();
  const [before] = await ctx.tx.query<HoldRow & Record<string, unknown>>(
    `select ${columns} from legal_hold where workspace_id = $1 and id = $2 for update`,
    [ctx.workspaceId, id],
  );
  if (!before) throw notFound();
  if (before.releasedAt !== null || before.until <= now) throw holdOver();
  await ctx.tx.query("update legal_hold set released_at = $3, released_by = $4 where workspace_id = $1 and id = $2", [
    ...[ctx.workspaceId, id, now, actedBy(ctx.actor).id],
  ]);
  await note(ctx, {
    ...{ id: `${id}/released`, kind: "hold_released", subjectId: before.subjectId, at: now.toISOString() },
    detail: { releasedBy: actedBy(ctx.actor).id },
  });
  await tell(ctx, id, "released");
  return viewOf({ ...before, releasedAt: now });
}

/** Outside the database only once it is so: a release that failed must not be repeated by a restore. */
const note = (ctx: Ctx, entry: Omit<LedgerEntry, "workspaceId" | "keyIds">): Promise<void> =>
  appendAfterCommit(ctx, ctx.tx, [{ ...entry, workspaceId: ctx.workspaceId, keyIds: [] }]);

const tell = (ctx: Ctx, holdId: string, action: "placed" | "released"): Promise<void> =>
  ctx.emit(ctx.tx, holdChanged, [
    { workspaceId: ctx.workspaceId, payload: { holdId, action, by: actedBy(ctx.actor) } },
  ]);

/** Places or releases it as it was before a restore; false where the backup does not know the workspace. */
export async function replayHold(
  tx: Tx,
  { kind, workspaceId, id, subjectId, at, detail }: LedgerEntry,
): Promise<boolean> {
  const known = await tx.query("select 1 from workspace where id = $1", [workspaceId]);
  if (known.length === 0) return false;
  if (kind === "hold_released")
    await tx.query(
      "update legal_hold set released_at = $3, released_by = $4 where workspace_id = $1 and id = $2 and released_at is null",
      [workspaceId, id.replace("/released", ""), at, detail?.["releasedBy"] ?? null],
    );
  else
    await tx.query(
      `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [
        ...[workspaceId, id, detail?.["subjectKind"], subjectId, detail?.["reason"]],
        ...[detail?.["until"], detail?.["createdBy"] ?? null, at],
      ],
    );
  return true;
}

/** Of a workspace that was deleted: nothing held it then. */
export async function releaseHolds(tx: Tx, workspaceId: string, at: Date): Promise<void> {
  await tx.query("update legal_hold set released_at = $2 where workspace_id = $1 and released_at is null", [
    workspaceId,
    at,
  ]);
}
