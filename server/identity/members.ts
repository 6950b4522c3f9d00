// Members: people with a role in a workspace, agents perhaps limited to some channels.
import { z } from "zod";
import type { App, Ctx, Role } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { forbidden, notFound, problem, validationFailed } from "../platform/problem.ts";
import { isAllowed } from "../platform/route.ts";
import { forgetPerson } from "./authentication.ts";
import { actedBy, memberChanged, roleSchema } from "./identity-events.ts";
import { membershipsOf, openPerson, openPhone, permissionsOf } from "./people.ts";
import { enterWorkspaces } from "./workspaces.ts";

export const lastOwner = problem({
  code: "member.last_owner",
  status: 409,
  title: "A workspace needs an owner.",
  fix: "Make someone else an owner first.",
});

export const alreadyMember = problem({
  code: "member.already_member",
  status: 409,
  title: "This person is a member already.",
});

export const channelIdsSchema = z
  .array(z.string().max(64))
  .max(500)
  .nullable()
  .describe("The channels an agent may see; null means all. Owners and admins always see all.");

export const MemberView = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string(),
  phone: z.string().nullable().describe("If they gave one, for their colleagues."),
  role: roleSchema,
  channelIds: channelIdsSchema,
  createdAt: z.iso.datetime(),
});
export type MemberView = z.input<typeof MemberView>;

interface MemberRow {
  id: string;
  personId: string;
  email: Buffer;
  name: Buffer | null;
  phone: Buffer | null;
  role: Role;
  channelIds: string[] | null;
  createdAt: Date;
}

const select = `select m.id, m.person_id as "personId", p.email, p.name, p.phone, m.role, m.channel_ids as "channelIds",
  m.created_at as "createdAt" from member m join person p on p.id = m.person_id
  where m.workspace_id = $1 and m.removed_at is null`;

function viewOf(ctx: Pick<App, "keyring">, row: MemberRow): MemberView {
  const { name, email } = openPerson(ctx, { id: row.personId, email: row.email, name: row.name });
  const phone = openPhone(ctx, { id: row.personId, phone: row.phone });
  const { id, role, channelIds } = row;
  return { id, name, email, phone, role, channelIds, createdAt: row.createdAt.toISOString() };
}

export async function listMembers(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const after = decodeCursor(z.tuple([z.iso.datetime(), z.string()]), page.cursor);
  const rows = await ctx.tx.query<MemberRow>(
    `${select} and ($2::timestamptz is null or (m.created_at, m.id) > ($2, $3)) order by m.created_at, m.id limit $4`,
    [ctx.workspaceId, after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map((row) => viewOf(ctx, row)),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
  };
}

async function findMember(ctx: Ctx, id: string): Promise<MemberRow> {
  const [row] = await ctx.tx.query<MemberRow>(`${select} and m.id = $2 for update of m`, [ctx.workspaceId, id]);
  if (!row) throw notFound();
  return row;
}

/** Throws `notFound`. */
export async function getMember(ctx: Ctx, id: string): Promise<MemberView> {
  const [row] = await ctx.tx.query<MemberRow>(`${select} and m.id = $2`, [ctx.workspaceId, id]);
  if (!row) throw notFound();
  return viewOf(ctx, row);
}

/** Only owners deal in ownership: an admin, or a key with `member:manage`, can neither make nor touch an owner. */
function assertMayTouch(ctx: Pick<Ctx, "actor">, role: Role): void {
  const isOwner = ctx.actor.kind === "system" || (ctx.actor.kind === "member" && ctx.actor.role === "owner");
  if (!isOwner && role === "owner") throw forbidden({ detail: "Only an owner may do that to an owner." });
}

/** Nobody makes a member who may more than themselves: an API key gives only what it holds, on its own channels. */
export function assertMayGrant(ctx: Pick<Ctx, "actor">, role: Role, channelIds: readonly string[] | null): void {
  assertMayTouch(ctx, role);
  const { actor } = ctx;
  const missing = permissionsOf(role).find((permission) => !isAllowed(actor, permission));
  if (missing) throw forbidden({ permission: missing });
  const own = "channelIds" in actor ? actor.channelIds : null;
  if (own && (channelIds === null || channelIds.some((id) => !own.includes(id))))
    throw forbidden({ detail: "A channel is not yours to give." });
}

/** Only agents are limited, and only to channels that exist here. Throws `validationFailed`. */
export async function checkChannelIds(ctx: Ctx, role: Role, channelIds: readonly string[] | null): Promise<void> {
  if (channelIds === null) return;
  if (role !== "agent") throw channelIssue("owners and admins see all channels");
  await assertChannels(ctx, channelIds);
}

/** Throws `validationFailed` when one of them is not a channel of the workspace. */
export async function assertChannels(ctx: Ctx, channelIds: readonly string[]): Promise<void> {
  const wanted = new Set(channelIds);
  const found = await ctx.tx.query(
    "select id from channel where workspace_id = $1 and id = any($2) and deleted_at is null",
    [ctx.workspaceId, [...wanted]],
  );
  if (found.length !== wanted.size) throw channelIssue("names a channel that is not here");
}

const channelIssue = (message: string) => validationFailed({ issues: [{ path: "body.channelIds", message }] });

export interface MemberChange {
  role?: Role | undefined;
  channelIds?: string[] | null | undefined;
}

/** Throws `notFound`, `forbidden`, `lastOwner`, `validationFailed`. */
export async function changeMember(ctx: Ctx, id: string, change: MemberChange): Promise<MemberView> {
  const before = await findMember(ctx, id);
  const role = change.role ?? before.role;
  const channelIds =
    role === "agent" ? (change.channelIds === undefined ? before.channelIds : change.channelIds) : null;
  assertMayTouch(ctx, before.role);
  assertMayGrant(ctx, role, channelIds);
  if (before.role === "owner" && role !== "owner") await assertOtherOwner(ctx, id);
  await checkChannelIds(ctx, role, change.channelIds ?? null);
  await ctx.tx.query("update member set role = $3, channel_ids = $4 where workspace_id = $1 and id = $2", [
    ctx.workspaceId,
    id,
    role,
    channelIds,
  ]);
  forgetPerson(ctx, ctx.tx, before.personId);
  const action = role === before.role ? "channels_changed" : "role_changed";
  await tell(ctx, id, action, role);
  return viewOf(ctx, { ...before, role, channelIds });
}

/** The row stays, as the author of what they wrote. Throws `notFound`, `forbidden`, `lastOwner`. */
export async function removeMember(ctx: Ctx, id: string): Promise<void> {
  const before = await findMember(ctx, id);
  assertMayTouch(ctx, before.role);
  if (before.role === "owner") await assertOtherOwner(ctx, id);
  await ctx.tx.query("update member set removed_at = $3 where workspace_id = $1 and id = $2", [
    ctx.workspaceId,
    id,
    ctx.clock.now(),
  ]);
  forgetPerson(ctx, ctx.tx, before.personId);
  await tell(ctx, id, "removed");
}

/** Ends every membership, whatever the role: of somebody who was erased before a restore. */
export async function endMemberships(tx: Tx, personId: string, at: Date): Promise<void> {
  const workspaceIds = (await membershipsOf(tx, personId)).map(({ workspaceId }) => workspaceId);
  await enterWorkspaces(tx, workspaceIds);
  await tx.query(
    "update member set removed_at = $3 where workspace_id = any ($1::text[]) and person_id = $2 and removed_at is null",
    [workspaceIds, personId, at],
  );
}

// Locks every owner's row in one order, so that two owners who remove each other cannot both succeed.
async function assertOtherOwner(ctx: Ctx, id: string): Promise<void> {
  const owners = await ctx.tx.query<{ id: string }>(
    `select id from member where workspace_id = $1 and role = 'owner' and removed_at is null order by id for update`,
    [ctx.workspaceId],
  );
  if (!owners.some((owner) => owner.id !== id)) throw lastOwner();
}

type MemberAction = z.infer<typeof memberChanged.payload>["action"];

async function tell(ctx: Ctx, memberId: string, action: MemberAction, role?: Role): Promise<void> {
  const payload = { memberId, action, by: actedBy(ctx.actor), ...(role ? { role } : {}) };
  await ctx.emit(ctx.tx, memberChanged, [{ workspaceId: ctx.workspaceId, payload }]);
}

/** Makes a person a member, again if they were one before. Throws `alreadyMember`. */
export async function addMember(
  app: Pick<App, "clock" | "emit" | "bus" | "authentication">,
  tx: Tx,
  input: { workspaceId: string; personId: string; role: Role; channelIds: string[] | null },
): Promise<string> {
  const { workspaceId, personId, role, channelIds } = input;
  const [added] = await tx.query<{ id: string }>(
    `insert into member (workspace_id, id, person_id, role, channel_ids, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (workspace_id, person_id) do update set role = excluded.role, channel_ids = excluded.channel_ids,
       removed_at = null where member.removed_at is not null
     returning id`,
    [workspaceId, newId("mem"), personId, role, channelIds, app.clock.now()],
  );
  if (!added) throw alreadyMember();
  const by = { kind: "person", id: personId } as const;
  await app.emit(tx, memberChanged, [{ workspaceId, payload: { memberId: added.id, action: "joined", role, by } }]);
  forgetPerson(app, tx, personId);
  return added.id;
}

/** Writes a change of someone's credentials into the trail of every workspace they belong to. */
export async function tellMembers(
  app: Pick<App, "emit">,
  tx: Tx,
  personId: string,
  action: "password_changed" | "email_changed",
): Promise<void> {
  const memberships = await membershipsOf(tx, personId);
  if (memberships.length === 0) return;
  await enterWorkspaces(
    tx,
    memberships.map((m) => m.workspaceId),
  );
  const by = { kind: "person", id: personId } as const;
  await app.emit(
    tx,
    memberChanged,
    memberships.map(({ workspaceId, memberId }) => ({ workspaceId, payload: { memberId, action, by } })),
  );
}
