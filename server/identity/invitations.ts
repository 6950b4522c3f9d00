// Invitations: a link that makes its holder a member, once.
import { z } from "zod";
import type { App, Ctx, Role } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { makeLoginToken, sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { deliveryOf, mailDelivery } from "../platform/mail.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound, problem } from "../platform/problem.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import { actedBy, invitationChanged, roleSchema } from "./identity-events.ts";
import { addMember, assertMayGrant, channelIdsSchema, checkChannelIds } from "./members.ts";
import { enterWorkspaces } from "./workspaces.ts";

export const invitationNotValid = problem({
  code: "invitation.not_valid",
  status: 410,
  title: "This invitation was used or withdrawn, has expired, or never was.",
  fix: "Ask for a new one.",
});

const lifeMs = 7 * 24 * 3_600_000;

export const InvitationView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  channelIds: channelIdsSchema,
  state: z.enum(["open", "accepted", "revoked", "expired"]),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type InvitationView = z.input<typeof InvitationView>;

interface InvitationRow {
  id: string;
  email: Buffer | null;
  role: Role;
  channelIds: string[] | null;
  createdAt: Date;
  expiresAt: Date;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

const place = (workspaceId: string, id: string) => ({
  table: "invitation",
  column: "email",
  row: id,
  workspace: workspaceId,
});

function viewOf(ctx: Pick<Ctx, "keyring" | "clock" | "workspaceId">, row: InvitationRow): InvitationView {
  const isOver = row.expiresAt <= ctx.clock.now();
  return {
    id: row.id,
    email: row.email === null ? null : tryOpenText(ctx.keyring, place(ctx.workspaceId, row.id), row.email),
    role: row.role,
    channelIds: row.channelIds,
    state: row.acceptedAt ? "accepted" : row.revokedAt ? "revoked" : isOver ? "expired" : "open",
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

export interface NewInvitation {
  role: Role;
  channelIds: string[] | null;
  /** where the link is mailed, too */
  email: string | null;
}

export const MadeInvitation = InvitationView.extend({
  url: z.string().describe("Shown once."),
  delivery: mailDelivery
    .nullable()
    .describe("null: no address was given. `outbox`: no mail server is set up, so the mail lies in the data folder."),
});
type MadeInvitation = z.input<typeof MadeInvitation>;

/** Makes an invitation that lives seven days. The link is in this answer only. Throws `forbidden`, `validationFailed`. */
export async function createInvitation(ctx: Ctx, input: NewInvitation): Promise<MadeInvitation> {
  assertMayGrant(ctx, input.role, input.channelIds);
  await checkChannelIds(ctx, input.role, input.channelIds);
  const id = newId("inv");
  const { token, hash } = makeLoginToken();
  const now = ctx.clock.now();
  const row: InvitationRow = {
    id,
    email: input.email === null ? null : sealEmail(ctx, id, input.email),
    role: input.role,
    channelIds: input.channelIds,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifeMs),
    acceptedAt: null,
    revokedAt: null,
  };
  const by = actedBy(ctx.actor);
  await ctx.tx.query(
    `insert into invitation (workspace_id, id, email, role, channel_ids, token_hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [ctx.workspaceId, id, row.email, row.role, row.channelIds, hash, by.id, now, row.expiresAt],
  );
  const payload = { invitationId: id, action: "created", role: input.role, by } as const;
  await ctx.emit(ctx.tx, invitationChanged, [{ workspaceId: ctx.workspaceId, payload }]);
  const url = `${baseUrl(ctx.config)}/invite/${token}`;
  const { email } = input;
  if (email !== null) ctx.tx.afterCommit(() => void mailInvitation(ctx, email, url));
  return { ...viewOf(ctx, row), url, delivery: email === null ? null : deliveryOf(ctx.config) };
}

function sealEmail(ctx: Ctx, id: string, email: string): Buffer {
  const subject = `workspace:${ctx.workspaceId}`;
  const key = ctx.keyring.ensure([{ subject, parent: null }]).get(subject);
  if (!key) throw new Error("a workspace has no key");
  return seal(key, place(ctx.workspaceId, id), email);
}

async function mailInvitation(app: Pick<App, "mail" | "log">, to: string, url: string): Promise<void> {
  try {
    const text = `You are invited to a shared inbox on Keepword.\n\nOpen this link within seven days:\n${url}`;
    await app.mail.send({ template: "invitation", to, subject: "You are invited to Keepword", text });
  } catch (error) {
    app.log.error({ err: error }, "an invitation was not mailed");
  }
}

const columns = `id, email, role, channel_ids as "channelIds", created_at as "createdAt", expires_at as "expiresAt",
  accepted_at as "acceptedAt", revoked_at as "revokedAt"`;

/** Newest first, settled ones included. */
export async function listInvitations(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const before = decodeCursor(z.tuple([z.string()]), page.cursor);
  const rows = await ctx.tx.query<InvitationRow>(
    `select ${columns} from invitation where workspace_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [ctx.workspaceId, before?.[0] ?? null, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map((row) => viewOf(ctx, row)),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null,
  };
}

/** Throws `notFound` when there is no open invitation with this id. */
export async function revokeInvitation(ctx: Ctx, id: string): Promise<void> {
  const ended = await ctx.tx.query(
    `update invitation set revoked_at = $3 where workspace_id = $1 and id = $2 and accepted_at is null and revoked_at is null
     returning id`,
    [ctx.workspaceId, id, ctx.clock.now()],
  );
  if (ended.length === 0) throw notFound();
  const payload = { invitationId: id, action: "revoked", by: actedBy(ctx.actor) } as const;
  await ctx.emit(ctx.tx, invitationChanged, [{ workspaceId: ctx.workspaceId, payload }]);
}

export const InvitationPreview = z.object({
  workspaceName: z.string(),
  role: roleSchema,
  expiresAt: z.iso.datetime(),
});

interface FoundInvitation {
  workspaceId: string;
  workspaceName: string;
  id: string;
  role: Role;
  channelIds: string[] | null;
  expiresAt: Date;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

async function findOpen(app: Pick<App, "clock">, tx: Tx, token: string): Promise<FoundInvitation> {
  const [row] = await tx.query<FoundInvitation>(
    `select workspace_id as "workspaceId", workspace_name as "workspaceName", id, role, channel_ids as "channelIds",
       expires_at as "expiresAt", accepted_at as "acceptedAt", revoked_at as "revokedAt" from kw.find_invitation($1)`,
    [sha256(token)],
  );
  if (!row || row.acceptedAt || row.revokedAt || row.expiresAt <= app.clock.now()) throw invitationNotValid();
  return row;
}

/** What a link leads to, for whoever holds it. Throws `invitationNotValid`. */
export async function previewInvitation(app: Pick<App, "clock">, tx: Tx, token: string) {
  const { workspaceName, role, expiresAt } = await findOpen(app, tx, token);
  return { workspaceName, role, expiresAt: expiresAt.toISOString() };
}

/** Uses the invitation up and makes the person a member. Throws `invitationNotValid`, `alreadyMember`. */
export async function acceptInvitation(
  app: Pick<App, "clock" | "emit" | "bus" | "authentication">,
  tx: Tx,
  input: { token: string; personId: string },
): Promise<{ workspaceId: string; memberId: string }> {
  const { workspaceId, id, role, channelIds } = await findOpen(app, tx, input.token);
  await enterWorkspaces(tx, [workspaceId]);
  const used = await tx.query(
    `update invitation set accepted_at = $3 where workspace_id = $1 and id = $2 and accepted_at is null and revoked_at is null
     returning id`,
    [workspaceId, id, app.clock.now()],
  );
  if (used.length === 0) throw invitationNotValid();
  const memberId = await addMember(app, tx, { workspaceId, personId: input.personId, role, channelIds });
  const by = { kind: "person", id: input.personId } as const;
  await app.emit(tx, invitationChanged, [{ workspaceId, payload: { invitationId: id, action: "accepted", role, by } }]);
  return { workspaceId, memberId };
}
