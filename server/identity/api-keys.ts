// API keys: one workspace, some permissions, shown once.
import { z } from "zod";
import type { App, Ctx } from "../platform/context.ts";
import { makeApiKey } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { forbidden, notFound, problem, validationFailed } from "../platform/problem.ts";
import { isAllowed, permissionSchema, type Permission } from "../platform/route.ts";
import { forgetKey } from "./authentication.ts";
import { actedBy, apiKeyChanged } from "./identity-events.ts";
import { assertChannels } from "./members.ts";

export const apiKeyNameSchema = z.string().trim().min(1).max(80);
export const scopesSchema = z
  .array(permissionSchema)
  .min(1)
  .max(100)
  .transform((scopes) => [...new Set(scopes)]);

export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe("How the key begins, to recognise it."),
  scopes: z.array(z.string()),
  channelIds: z.array(z.string()).nullable().describe("The channels the key may use; null means all."),
  ratePerSecond: z.int(),
  burst: z.int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable().describe("To the minute."),
  leakedAt: z.iso
    .datetime()
    .nullable()
    .describe("When it was last sent over plain http, where others could read it: replace it."),
  rotatedAt: z.iso.datetime().nullable().describe("When it got its successor; it rotates once."),
});
export type ApiKeyView = z.input<typeof ApiKeyView>;

interface ApiKeyRow {
  id: string;
  publicId: string;
  name: string;
  scopes: string[];
  channelIds: string[] | null;
  ratePerSecond: number;
  burst: number;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  leakedAt: Date | null;
  rotatedAt: Date | null;
}

const columns = `id, public_id as "publicId", name, scopes, channel_ids as "channelIds", rate_per_second as "ratePerSecond",
  burst, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt", leaked_at as "leakedAt",
  rotated_at as "rotatedAt"`;

const viewOf = ({ publicId, ...row }: ApiKeyRow): ApiKeyView => ({
  ...row,
  prefix: `kw_live_${publicId}_`,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  leakedAt: row.leakedAt?.toISOString() ?? null,
  rotatedAt: row.rotatedAt?.toISOString() ?? null,
});

export interface NewApiKey {
  name: string;
  scopes: Permission[];
  channelIds?: string[] | null | undefined;
  expiresAt?: Date | null | undefined;
}

/** Makes a key for the caller's workspace, never stronger than the caller. Throws `forbidden`, `validationFailed`. */
export async function createApiKey(ctx: Ctx, input: NewApiKey): Promise<ApiKeyView & { key: string }> {
  const missing = input.scopes.find((scope) => !isAllowed(ctx.actor, scope));
  if (missing) throw forbidden({ permission: missing });
  const own = "channelIds" in ctx.actor ? ctx.actor.channelIds : null;
  const channelIds = input.channelIds ?? own;
  if (own && channelIds?.some((id) => !own.includes(id)))
    throw forbidden({ detail: "A channel is not yours to give." });
  if (channelIds) await assertChannels(ctx, channelIds);
  if (input.expiresAt && input.expiresAt <= ctx.clock.now())
    throw validationFailed({ issues: [{ path: "body.expiresAt", message: "lies in the past" }] });
  return insertApiKey(ctx, ctx.tx, {
    ...input,
    workspaceId: ctx.workspaceId,
    channelIds: channelIds === null ? null : [...channelIds],
    by: actedBy(ctx.actor),
  });
}

/** The row and its key, without asking who may: for the command line and for `createApiKey`. */
export async function insertApiKey(
  app: Pick<App, "clock" | "emit">,
  tx: Tx,
  input: NewApiKey & { workspaceId: string; by: ReturnType<typeof actedBy> },
): Promise<ApiKeyView & { key: string }> {
  const { key, publicId, hash } = makeApiKey();
  const id = newId("key");
  const { workspaceId, name, scopes, channelIds = null, expiresAt = null, by } = input;
  const [row] = await tx.query<ApiKeyRow>(
    `insert into api_key (workspace_id, id, public_id, secret_hash, name, scopes, channel_ids, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${columns}`,
    [workspaceId, id, publicId, hash, name, scopes, channelIds, by.id, app.clock.now(), expiresAt],
  );
  if (!row) throw new Error("an API key was not stored");
  await app.emit(tx, apiKeyChanged, [{ workspaceId, payload: { apiKeyId: id, action: "created", by } }]);
  return { ...viewOf(row), key };
}

export const alreadyRotated = problem({
  code: "api_key.already_rotated",
  status: 409,
  title: "This key has a successor already, and ends soon.",
  fix: "Rotate the successor, or revoke this key if it should end now.",
});

/** How long the old key goes on beside its successor, so that programs can be changed one after the other. */
export const overlapHoursSchema = z.int().min(0).max(168).default(24);

/**
 * A new key with the name, scopes, channels, rate and span of life of one that is in force. The old one ends after `overlapHours`; with 0 at once.
 * Throws `notFound`, `forbidden`, `alreadyRotated`.
 */
export async function rotateApiKey(
  ctx: Ctx,
  id: string,
  overlapHours: number,
): Promise<ApiKeyView & { key: string; previousExpiresAt: string }> {
  const { tx, workspaceId } = ctx;
  const now = ctx.clock.now();
  const [old] = await tx.query<ApiKeyRow>(
    `select ${columns} from api_key where workspace_id = $1 and id = $2 and revoked_at is null
       and (expires_at is null or expires_at > $3) for update`,
    [workspaceId, id, now],
  );
  if (!old) throw notFound();
  // what is left of its life is the overlap's, and no measure for a successor
  if (old.rotatedAt) throw alreadyRotated();
  const lives = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
  const made = await createApiKey(ctx, {
    ...{ name: old.name, scopes: scopesSchema.parse(old.scopes), channelIds: old.channelIds },
    expiresAt: lives === null ? null : new Date(now.getTime() + lives),
  });
  await tx.query("update api_key set rate_per_second = $3, burst = $4 where workspace_id = $1 and id = $2", [
    ...[workspaceId, made.id, old.ratePerSecond, old.burst],
  ]);
  const ends = new Date(now.getTime() + overlapHours * 3_600_000);
  const previousExpiresAt = old.expiresAt && old.expiresAt < ends ? old.expiresAt : ends;
  await tx.query("update api_key set expires_at = $3, rotated_at = $4 where workspace_id = $1 and id = $2", [
    ...[workspaceId, id, previousExpiresAt, now],
  ]);
  forgetKey(ctx, tx, old.publicId);
  const payload = { apiKeyId: id, action: "rotated", by: actedBy(ctx.actor) } as const;
  await ctx.emit(tx, apiKeyChanged, [{ workspaceId, payload }]);
  const { ratePerSecond, burst } = old;
  return { ...made, ratePerSecond, burst, previousExpiresAt: previousExpiresAt.toISOString() };
}

/** Those that are not revoked, newest first. */
export async function listApiKeys(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const before = decodeCursor(z.tuple([z.string()]), page.cursor);
  const rows = await ctx.tx.query<ApiKeyRow>(
    `select ${columns} from api_key where workspace_id = $1 and revoked_at is null and ($2::text is null or id < $2)
     order by id desc limit $3`,
    [ctx.workspaceId, before?.[0] ?? null, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map(viewOf),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null,
  };
}

/** Ends a key in every process within five seconds. Throws `notFound`. */
export async function revokeApiKey(
  ctx: Pick<Ctx, "tx" | "clock" | "emit" | "bus" | "authentication" | "workspaceId" | "actor">,
  id: string,
): Promise<void> {
  const { tx, workspaceId } = ctx;
  const [ended] = await tx.query<{ publicId: string }>(
    `update api_key set revoked_at = $3 where workspace_id = $1 and id = $2 and revoked_at is null
     returning public_id as "publicId"`,
    [workspaceId, id, ctx.clock.now()],
  );
  if (!ended) throw notFound();
  forgetKey(ctx, tx, ended.publicId);
  await ctx.emit(tx, apiKeyChanged, [
    { workspaceId, payload: { apiKeyId: id, action: "revoked", by: actedBy(ctx.actor) } },
  ]);
}
