// Workspaces: the tenants. Whoever makes one is its first owner.
import { z } from "zod";
import type { App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { notFound } from "../platform/problem.ts";
import { forgetPerson } from "./authentication.ts";
import { acceptAgreements } from "./agreements.ts";
import { actedBy, memberChanged, workspaceChanged } from "./identity-events.ts";
import { membershipsOf, personOf } from "./people.ts";

export const workspaceNameSchema = z.string().trim().min(1).max(80);

export const WorkspaceView = z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime() });
export type WorkspaceView = z.input<typeof WorkspaceView>;

type WorkspaceApp = Pick<App, "keyring" | "clock" | "emit" | "bus" | "authentication">;

/** Widens the transaction to workspaces that the caller is about to join; every statement after it sees their rows. */
export async function enterWorkspaces(tx: Tx, workspaceIds: readonly string[]): Promise<void> {
  await tx.query("select set_config('kw.workspaces', $1, true)", [`{${workspaceIds.join(",")}}`]);
}

/**
 * Makes a workspace with its keys, and the person its owner. Nothing is sent before its agreements are accepted: by the owner who makes it,
 * or by the operator for a workspace of their own.
 */
export async function createWorkspace(
  app: WorkspaceApp,
  tx: Tx,
  input: { name: string; ownerId: string; acceptedBy: "owner" | "operator" | null },
): Promise<{ workspaceId: string; memberId: string }> {
  const workspaceId = newId("wsp");
  const memberId = newId("mem");
  const now = app.clock.now();
  app.keyring.ensure([{ subject: `workspace:${workspaceId}`, parent: null }]);
  await enterWorkspaces(tx, [workspaceId]);
  await tx.query("insert into workspace (id, name, created_at, agreements_due_at) values ($1, $2, $3, $4)", [
    ...[workspaceId, input.name, now, input.acceptedBy === null ? now : null],
  ]);
  await tx.query(
    "insert into member (workspace_id, id, person_id, role, created_at) values ($1, $2, $3, 'owner', $4)",
    [workspaceId, memberId, input.ownerId, now],
  );
  const by = actedBy({ kind: "person", personId: input.ownerId, loginId: "" });
  await app.emit(tx, workspaceChanged, [{ workspaceId, payload: { workspaceId, action: "created", by } }]);
  await app.emit(tx, memberChanged, [{ workspaceId, payload: { memberId, action: "joined", role: "owner", by } }]);
  if (input.acceptedBy !== null)
    await acceptAgreements(app, tx, { workspaceId, memberId: input.acceptedBy === "owner" ? memberId : null });
  forgetPerson(app, tx, input.ownerId);
  return { workspaceId, memberId };
}

interface WorkspaceRow {
  id: string;
  name: string;
  createdAt: Date;
}

const viewOf = (row: WorkspaceRow): WorkspaceView => ({ ...row, createdAt: row.createdAt.toISOString() });

/** The workspaces that the signed-in person belongs to, in the order of joining. */
export async function listWorkspaces(ctx: Ctx): Promise<WorkspaceView[]> {
  const mine = await membershipsOf(ctx.tx, personOf(ctx).personId);
  await enterWorkspaces(
    ctx.tx,
    mine.map((m) => m.workspaceId),
  );
  const rows = await ctx.tx.query<WorkspaceRow>(
    `select id, name, created_at as "createdAt" from workspace where id = any($1)`,
    [mine.map((m) => m.workspaceId)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return mine.flatMap((m) => byId.get(m.workspaceId) ?? []).map(viewOf);
}

/** Throws `notFound` for any workspace but the caller's. */
export async function getWorkspace(ctx: Ctx, id: string): Promise<WorkspaceView> {
  if (id !== ctx.workspaceId) throw notFound();
  const [row] = await ctx.tx.query<WorkspaceRow>(
    `select id, name, created_at as "createdAt" from workspace where id = $1`,
    [id],
  );
  if (!row) throw notFound();
  return viewOf(row);
}

export async function renameWorkspace(ctx: Ctx, id: string, name: string): Promise<WorkspaceView> {
  const before = await getWorkspace(ctx, id);
  if (before.name === name) return before;
  await ctx.tx.query("update workspace set name = $2 where id = $1", [id, name]);
  const payload = { workspaceId: id, action: "renamed", by: actedBy(ctx.actor) } as const;
  await ctx.emit(ctx.tx, workspaceChanged, [{ workspaceId: id, payload }]);
  return { ...before, name };
}
