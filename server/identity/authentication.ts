// Who is calling: an API key or a login, looked up once and then remembered for at most five seconds.
import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Actor, App, Role } from "../platform/context.ts";
import type { Clock } from "../platform/clock.ts";
import type { Bus } from "../platform/bus.ts";
import { parseApiKey, sha256 } from "../platform/crypto.ts";
import type { Database, Tx } from "../platform/db.ts";
import type { Authenticate } from "../platform/http-admit.ts";
import { notFound, unauthorized } from "../platform/problem.ts";
import type { Membership } from "./people.ts";

declare module "../platform/context.ts" {
  interface App {
    authentication: Authentication;
  }
}

/** The caches of authentication. Rows change only through functions that call `forget…`, so a stale answer lives 5 s at most. */
export interface Authentication extends Disposable {
  keys: LRUCache<string, KnownKey>;
  logins: LRUCache<string, KnownLogin>;
  /** wrong sign-ins of addresses that nobody has here */
  unknownSignIns: LRUCache<string, { failed: number; nextAt: number }>;
  forget(payload: string): void;
}

interface KnownKey {
  publicId: string;
  row: KeyRow | null;
}

interface KeyRow {
  workspaceId: string;
  id: string;
  scopes: string[];
  channelIds: string[] | null;
  ratePerSecond: number;
  burst: number;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

interface KnownLogin {
  personId: string;
  row: LoginRow | null;
  memberships: Membership[];
}

interface LoginRow {
  id: string;
  expiresAt: Date;
  lastUsedAt: Date;
}

/** The session cookie; http.ts writes it as `__Host-kw` under https. */
export const loginCookie = "kw";

/** What changed about a person or a key is announced here, so that nobody goes on with rights they have lost. */
export const IDENTITY_TOPIC = "identity";
const ttlMs = 5000;
const minuteMs = 60_000;

/** A login ends after this long without a request, and in any case `absoluteMs` after it began. */
export const idleMs = 12 * 60 * minuteMs;
export const absoluteMs = 30 * 24 * 60 * minuteMs;

/** Opens the caches and keeps them honest: what any process changes is forgotten by all of them through the bus. */
export function createAuthentication({ bus }: { bus: Bus }): Authentication {
  const keys = new LRUCache<string, KnownKey>({ max: 10_000, ttl: ttlMs });
  const logins = new LRUCache<string, KnownLogin>({ max: 10_000, ttl: ttlMs });
  const forget = (payload: string): void => {
    for (const [hash, key] of keys.entries()) if (payload === `key:${key.publicId}`) keys.delete(hash);
    for (const [hash, login] of logins.entries()) if (payload === `person:${login.personId}`) logins.delete(hash);
  };
  const stop = bus.subscribe(IDENTITY_TOPIC, forget);
  const stopGap = bus.onGap(() => {
    keys.clear();
    logins.clear();
  });
  return {
    keys,
    logins,
    unknownSignIns: new LRUCache({ max: 10_000, ttl: 3_600_000 }),
    forget,
    [Symbol.dispose]() {
      stop();
      stopGap();
    },
  };
}

function announce(app: Pick<App, "bus" | "authentication">, tx: Tx, payload: string): void {
  app.bus.publish(tx, IDENTITY_TOPIC, payload);
  tx.afterCommit(() => app.authentication.forget(payload));
}

/** Call in the transaction that changes a person's logins or memberships. */
export function forgetPerson(app: Pick<App, "bus" | "authentication">, tx: Tx, personId: string): void {
  announce(app, tx, `person:${personId}`);
}

/** Call in the transaction that changes an API key. */
export function forgetKey(app: Pick<App, "bus" | "authentication">, tx: Tx, publicId: string): void {
  announce(app, tx, `key:${publicId}`);
}

export interface Caller {
  actor: Actor;
  /** empty for anonymous callers and for a person who belongs to none or several workspaces and named none */
  workspaceId: string;
  /** its workspace is closing: reading only */
  isClosing?: boolean;
  /** what the operator set for this key */
  rate?: { perSecond: number; burst: number };
}

type AuthApp = { db: Database; clock: Clock; authentication: Authentication };

/** The caller behind a bearer key, or undefined when the key is not valid (unknown, revoked, expired). */
export async function callerOfKey(app: AuthApp, text: string): Promise<Caller | undefined> {
  const parsed = parseApiKey(text);
  if (!parsed.isValid) return undefined;
  const hash = sha256(text);
  const cacheKey = hash.toString("base64");
  let known = app.authentication.keys.get(cacheKey);
  if (!known) {
    known = { publicId: parsed.publicId, row: await findKey(app.db, parsed.publicId, hash) };
    app.authentication.keys.set(cacheKey, known);
  }
  const { row } = known;
  if (!row || (row.expiresAt && row.expiresAt <= app.clock.now())) return undefined;
  if (app.clock.ms() - (row.lastUsedAt?.getTime() ?? 0) >= minuteMs) await touchKey(app, row);
  return {
    actor: { kind: "api_key", apiKeyId: row.id, scopes: row.scopes, channelIds: row.channelIds },
    workspaceId: row.workspaceId,
    rate: { perSecond: row.ratePerSecond, burst: row.burst },
  };
}

async function findKey(db: Database, publicId: string, hash: Buffer): Promise<KeyRow | null> {
  const { rows } = await db.pool.query<KeyRow & { hash: Buffer; revokedAt: Date | null }>({
    name: "authentication.key",
    text: `select workspace_id as "workspaceId", id, secret_hash as hash, scopes, channel_ids as "channelIds",
      rate_per_second as "ratePerSecond", burst, expires_at as "expiresAt", revoked_at as "revokedAt",
      last_used_at as "lastUsedAt" from kw.find_api_key($1)`,
    values: [publicId],
  });
  const row = rows[0];
  return row && row.revokedAt === null && timingSafeEqual(row.hash, hash) ? row : null;
}

async function touchKey(app: AuthApp, row: KeyRow): Promise<void> {
  const now = app.clock.now();
  row.lastUsedAt = now;
  await app.db.tx({ workspaceIds: [row.workspaceId] }, (tx) =>
    tx.query("update api_key set last_used_at = $3 where workspace_id = $1 and id = $2", [
      row.workspaceId,
      row.id,
      now,
    ]),
  );
}

/**
 * The caller behind a session cookie, or undefined when the login is over. `wanted` is `?workspaceId=`; without it a person's
 * only workspace is taken. Throws `notFound` for a workspace the person does not belong to.
 */
export async function callerOfLogin(app: AuthApp, token: string, wanted?: string): Promise<Caller | undefined> {
  const known = await knownLogin(app, token);
  if (!known?.row) return undefined;
  const { row, personId, memberships } = known;
  const now = app.clock.ms();
  if (row.expiresAt.getTime() <= now || row.lastUsedAt.getTime() + idleMs <= now) return undefined;
  if (now - row.lastUsedAt.getTime() >= minuteMs) await touchLogin(app, row);
  const membership = wanted === undefined ? onlyOne(memberships) : memberships.find((m) => m.workspaceId === wanted);
  if (wanted !== undefined && !membership) throw notFound();
  if (!membership) return { actor: { kind: "person", personId, loginId: row.id }, workspaceId: "" };
  const isClosing = membership.purgeAt !== null;
  return { actor: memberActor(row.id, personId, membership), workspaceId: membership.workspaceId, isClosing };
}

function memberActor(loginId: string, personId: string, membership: Membership): Actor {
  const { memberId, role, channelIds } = membership;
  return { kind: "member", personId, loginId, memberId, role: role satisfies Role, channelIds };
}

const onlyOne = (memberships: Membership[]): Membership | undefined =>
  memberships.length === 1 ? memberships[0] : undefined;

async function knownLogin(app: AuthApp, token: string): Promise<KnownLogin | undefined> {
  if (!/^[0-9A-Za-z]{43}$/.test(token)) return undefined;
  const hash = sha256(token);
  const cacheKey = hash.toString("base64");
  const cached = app.authentication.logins.get(cacheKey);
  if (cached) return cached;
  const known = await findLogin(app.db, hash);
  if (known) app.authentication.logins.set(cacheKey, known);
  return known;
}

async function findLogin(db: Database, hash: Buffer): Promise<KnownLogin | undefined> {
  const { rows } = await db.pool.query<LoginRow & { personId: string; revokedAt: Date | null }>({
    name: "authentication.login",
    text: `select id, person_id as "personId", expires_at as "expiresAt", last_used_at as "lastUsedAt",
      revoked_at as "revokedAt" from login where token_hash = $1`,
    values: [hash],
  });
  const row = rows[0];
  if (!row) return undefined;
  if (row.revokedAt) return { personId: row.personId, row: null, memberships: [] };
  const memberships = await db.pool.query<Membership>({
    name: "authentication.memberships",
    text: `select workspace_id as "workspaceId", workspace_name as "workspaceName", member_id as "memberId", role,
      channel_ids as "channelIds", purge_at as "purgeAt" from kw.person_memberships($1)`,
    values: [row.personId],
  });
  return { personId: row.personId, row, memberships: memberships.rows };
}

async function touchLogin(app: AuthApp, row: LoginRow): Promise<void> {
  row.lastUsedAt = app.clock.now();
  await app.db.pool.query("update login set last_used_at = $2 where id = $1", [row.id, row.lastUsedAt]);
}

/** What http.ts asks for each request. A bearer key wins over a cookie; wrong or ended credentials throw `unauthorized`. */
export function createAuthenticate(app: AuthApp): Authenticate {
  return async ({ headers, cookies, query }) => {
    const wanted = typeof query["workspaceId"] === "string" ? query["workspaceId"] : undefined;
    const bearer = headers.authorization;
    const cookie = cookies[loginCookie];
    if (bearer === undefined && !cookie) return { kind: "anonymous" };
    const caller =
      bearer === undefined
        ? await callerOfLogin(app, cookie ?? "", wanted)
        : await callerOfKey(app, /^Bearer (\S+)$/i.exec(bearer)?.[1] ?? "");
    if (!caller) throw unauthorized();
    if (bearer !== undefined && wanted !== undefined && wanted !== caller.workspaceId) throw notFound();
    const { actor, workspaceId, rate, isClosing } = caller;
    const more = { ...(rate ? { rate } : {}), ...(isClosing ? { isClosing } : {}) };
    return { ...actor, ...(workspaceId === "" ? {} : { workspaceId }), ...more };
  };
}
