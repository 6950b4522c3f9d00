// Logins: signed-in browsers. The token lives in an HttpOnly cookie, its SHA-256 here.
import { z } from "zod";
import type { App, Ctx, RequestInfo } from "../platform/context.ts";
import { makeLoginToken } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { notify } from "../notifications/notify.ts";
import { newId } from "../platform/ids.ts";
import { notFound } from "../platform/problem.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { absoluteMs, forgetPerson, idleMs } from "./authentication.ts";
import { deviceOf } from "./device.ts";
import { personOf } from "./people.ts";
import { isFirstSession, isKnownDevice, noteSuccess, recordSignIn, type SignInMethod } from "./sign-ins.ts";

export interface StartedLogin {
  loginId: string;
  /** For the cookie; it is not stored. */
  token: string;
  expiresAt: Date;
}

/**
 * Starts a login: always a new token, so that a planted one is worth nothing. `signInId` is the attempt that is on record already.
 */
export async function startLogin(
  ctx: Pick<App, "clock" | "enqueue">,
  tx: Tx,
  personId: string,
  request: Pick<RequestInfo, "ip" | "userAgent">,
  by: { method: SignInMethod; signInId?: string },
): Promise<StartedLogin> {
  const isNews =
    by.method !== "sign_up" &&
    !(await isKnownDevice(ctx, tx, personId, request)) &&
    !(await isFirstSession(ctx, tx, personId));
  const record = { method: by.method, result: "succeeded" } as const;
  const target = by.signInId ?? (await recordSignIn(ctx, tx, personId, request, record));
  if (by.signInId !== undefined) await noteSuccess(tx, by.signInId);
  if (isNews) await notify(ctx, tx, { personIds: [personId], topic: "new_device", target });
  const { token, hash } = makeLoginToken();
  const loginId = newId("lgn");
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + absoluteMs);
  const { browser, system } = deviceOf(request.userAgent);
  await tx.query(
    `insert into login (id, person_id, token_hash, user_agent, browser, system, ip, created_at, last_used_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
    [loginId, personId, hash, request.userAgent?.slice(0, 300) ?? null, browser, system, request.ip, now, expiresAt],
  );
  return { loginId, token, expiresAt };
}

/** True when the person signed in from this address in the last 30 days. */
export async function isKnownAddress(ctx: Pick<App, "clock">, tx: Tx, personId: string, ip: string): Promise<boolean> {
  const since = new Date(ctx.clock.ms() - absoluteMs);
  const rows = await tx.query("select 1 from login where person_id = $1 and ip = $2 and created_at > $3 limit 1", [
    personId,
    ip,
    since,
  ]);
  return rows.length > 0;
}

export const LoginView = z.object({
  id: z.string(),
  isCurrent: z.boolean(),
  userAgent: z.string().nullable().describe("For 30 days."),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().describe("To the minute."),
  expiresAt: z.iso.datetime(),
});

interface LoginRow {
  id: string;
  userAgent: string | null;
  browser: string | null;
  system: string | null;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

/** The caller's open logins, newest first. */
export async function listLogins(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const { personId, loginId } = personOf(ctx);
  const after = decodeCursor(z.tuple([z.iso.datetime(), z.string()]), page.cursor);
  const now = ctx.clock.now();
  const rows = await ctx.tx.query<LoginRow>(
    `select id, user_agent as "userAgent", browser, system, ip, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt"
     from login where person_id = $1 and revoked_at is null and expires_at > $2 and last_used_at > $3
       and ($4::timestamptz is null or (created_at, id) < ($4, $5))
     order by created_at desc, id desc limit $6`,
    [personId, now, new Date(now.getTime() - idleMs), after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map((row) => ({
      id: row.id,
      isCurrent: row.id === loginId,
      userAgent: row.userAgent,
      browser: row.browser,
      system: row.system,
      ip: row.ip,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.lastUsedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    })),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
  };
}

/** Ends one login of the caller. Throws `notFound`. */
export async function revokeLogin(ctx: Ctx, loginId: string): Promise<void> {
  if (!(await endLogin(ctx, ctx.tx, personOf(ctx).personId, loginId))) throw notFound();
}

/** False when the person has no such open login. */
export async function endLogin(
  ctx: Pick<App, "clock" | "bus" | "authentication">,
  tx: Tx,
  personId: string,
  loginId: string,
): Promise<boolean> {
  const ended = await tx.query(
    "update login set revoked_at = $3 where id = $1 and person_id = $2 and revoked_at is null returning id",
    [loginId, personId, ctx.clock.now()],
  );
  if (ended.length > 0) forgetPerson(ctx, tx, personId);
  return ended.length > 0;
}

/** Ends all logins of a person but one; with `null`, all. */
export async function revokeLogins(
  ctx: Pick<App, "clock" | "bus" | "authentication">,
  tx: Tx,
  personId: string,
  but: string | null,
): Promise<void> {
  await tx.query(
    `update login set revoked_at = $3 where person_id = $1 and revoked_at is null and id is distinct from $2`,
    [personId, but, ctx.clock.now()],
  );
  forgetPerson(ctx, tx, personId);
}
