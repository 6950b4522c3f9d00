// The end of a workspace, its first day: nothing goes out or comes in, tokens open nothing, people may look for 30 days.
import { CHANNEL_CHANGED_TOPIC } from "../channels/channel-directory.ts";
import type { App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { forbidden, problem, validationFailed } from "../platform/problem.ts";
import { forgetKey, forgetPerson } from "./authentication.ts";
import { actedBy, apiKeyChanged, workspaceChanged } from "./identity-events.ts";
import { findPerson } from "./people.ts";
import { confirmPassword } from "./sign-in.ts";

const DAY_MS = 86_400_000;
/** To look, to take along, to change one's mind: the EU Data Act asks for 30 days at least. */
export const CLOSING_DAYS = 30;

export const notClosing = problem({
  code: "workspace.not_closing",
  status: 409,
  title: "The workspace is not closing.",
});
export const isClosingAlready = problem({
  code: "workspace.closing_already",
  status: 409,
  title: "The workspace is closing already.",
});

type CloseApp = Pick<App, "clock" | "emit" | "bus" | "authentication">;

/** Only an owner, from a browser. Throws `forbidden`. */
export function assertOwner(ctx: Pick<Ctx, "actor">): void {
  if (ctx.actor.kind !== "member" || ctx.actor.role !== "owner")
    throw forbidden({ detail: "Only an owner may do that." });
}

/** Asks again for the password of whoever has one. Throws `wrongPassword`, `validationFailed`. */
export async function confirmIdentity(
  ctx: Omit<Ctx, "tx">,
  personId: string,
  password: string | undefined,
): Promise<void> {
  // oxlint-disable-next-line security/detect-possible-timing-attacks -- whether there is one
  if (password !== undefined) return confirmPassword(ctx, personId, password);
  const row = await ctx.db.tx({ workspaceIds: [] }, (tx) => findPerson(tx, personId));
  if (row !== undefined && row.passwordHash !== null)
    throw validationFailed({ issues: [{ path: "body.password", message: "is needed for this" }] });
}

/** Begins to close. Keys and invitations end for good, also if it is reopened; webhooks and channels rest. Returns its last moment. */
export async function beginClosing(
  app: CloseApp,
  tx: Tx,
  input: { workspaceId: string; reason: "owner" | "dormant"; actor: Ctx["actor"] },
): Promise<Date> {
  const { workspaceId, reason, actor } = input;
  const now = app.clock.now();
  const purgeAt = new Date(now.getTime() + CLOSING_DAYS * DAY_MS);
  const begun = await tx.query(
    `update workspace set closing_at = $2, purge_at = $3, closing_reason = $4
     where id = $1 and closing_at is null and closed_at is null returning id`,
    [workspaceId, now, purgeAt, reason],
  );
  if (begun.length === 0) throw isClosingAlready();
  const keys = await tx.query<{ id: string; publicId: string }>(
    `update api_key set revoked_at = $2 where workspace_id = $1 and revoked_at is null returning id, public_id as "publicId"`,
    [workspaceId, now],
  );
  await tx.query(
    "update invitation set revoked_at = $2 where workspace_id = $1 and accepted_at is null and revoked_at is null",
    [workspaceId, now],
  );
  const by = actedBy(actor);
  for (const { publicId } of keys) forgetKey(app, tx, publicId);
  if (keys.length > 0)
    await app.emit(
      tx,
      apiKeyChanged,
      keys.map(({ id }) => ({ workspaceId, payload: { apiKeyId: id, action: "revoked", by } })),
    );
  await app.emit(tx, workspaceChanged, [{ workspaceId, payload: { workspaceId, action: "closing", by } }]);
  await tellProcesses(app, tx, workspaceId);
  return purgeAt;
}

/** Throws `notClosing`: never begun, or over. */
export async function reopenWorkspace(app: CloseApp, tx: Tx, workspaceId: string, actor: Ctx["actor"]): Promise<void> {
  const reopened = await tx.query(
    `update workspace set closing_at = null, purge_at = null, closing_reason = null, dormancy_notices = 0, dormancy_noticed_at = null
     where id = $1 and closing_at is not null and purge_at > $2 and closed_at is null returning id`,
    [workspaceId, app.clock.now()],
  );
  if (reopened.length === 0) throw notClosing();
  const by = actedBy(actor);
  await app.emit(tx, workspaceChanged, [{ workspaceId, payload: { workspaceId, action: "reopened", by } }]);
  await tellProcesses(app, tx, workspaceId);
}

/** Its last day is over, whatever was planned: of one that was deleted before a restore, or was made for a check. */
export async function endWorkspace(tx: Tx, workspaceId: string, at: Date): Promise<void> {
  await tx.query(
    `update workspace set closing_at = coalesce(closing_at, $2), purge_at = least(purge_at, $2), closing_reason = coalesce(closing_reason, 'owner')
     where id = $1`,
    [workspaceId, at],
  );
}

/** Nothing of it stays: of one that was made for a check, and is empty. */
export async function removeWorkspace(tx: Tx, workspaceId: string): Promise<void> {
  await tx.query("delete from workspace where id = $1", [workspaceId]);
}

/** Its name goes with everything else; the row stays as what its id once was. */
export async function markClosed(tx: Tx, workspaceId: string, at: Date): Promise<void> {
  await tx.query("update workspace set closed_at = $2, name = '' where id = $1", [workspaceId, at]);
}

export async function noteDormancy(tx: Tx, workspaceId: string, notices: number, at: Date | null): Promise<void> {
  await tx.query("update workspace set dormancy_notices = $2, dormancy_noticed_at = $3 where id = $1", [
    workspaceId,
    notices,
    at,
  ]);
}

async function tellProcesses(app: CloseApp, tx: Tx, workspaceId: string): Promise<void> {
  const members = await tx.query<{ personId: string | null }>(
    `select person_id as "personId" from member where workspace_id = $1 and removed_at is null`,
    [workspaceId],
  );
  for (const { personId } of members) if (personId !== null) forgetPerson(app, tx, personId);
  const channels = await tx.query<{ id: string }>("select id from channel where workspace_id = $1", [workspaceId]);
  for (const { id } of channels) app.bus.publish(tx, CHANNEL_CHANGED_TOPIC, id);
}
