// Signing in: by password, or once by a link.
import type { App, RequestInfo } from "../platform/context.ts";
import { makeLoginToken, sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { hashPassword, needsRehash } from "../platform/password.ts";
import { problem, tooManyRequests } from "../platform/problem.ts";
import { isKnownAddress, startLogin, type StartedLogin } from "./logins.ts";
import { recordSignIn } from "./sign-ins.ts";
import { isRightPassword } from "./passwords.ts";
import { emailIndex, findPerson, findPersonByEmail, setPassword, wrongPassword, type PersonRow } from "./people.ts";

export const wrongCredentials = problem({
  code: "sign_in.wrong_credentials",
  status: 401,
  title: "The e-mail address or the password is wrong.",
  fix: "Check both, or reset the password by mail.",
});

export const linkNotValid = problem({
  code: "login_link.not_valid",
  status: 410,
  title: "This link was used, has expired, or never was.",
  fix: "Ask for a new one.",
});

/** Wrong passwords before the waiting begins; then 1, 2, 4 … seconds, `maxDelayMs` at most: time, never the account. */
const freeFailures = 3;
const maxDelayMs = 30_000;
const forgetMs = 3_600_000;

export function delayAfter(failures: number): number {
  return failures < freeFailures ? 0 : Math.min(maxDelayMs, 1000 * 2 ** Math.min(failures - freeFailures, 20));
}

type SignInApp = Pick<App, "db" | "keyring" | "clock" | "authentication" | "enqueue">;

/**
 * Checks the password and starts a login. An unknown address costs the same time and gives the same answers as a known one with
 * a wrong password. Throws `wrongCredentials`, and `tooManyRequests` while a person has to wait.
 */
export async function signIn(
  app: SignInApp,
  request: Pick<RequestInfo, "ip" | "userAgent">,
  input: { email: string; password: string },
): Promise<StartedLogin & { personId: string }> {
  const { found, signInId } = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const row = await findPersonByEmail(app, tx, input.email);
    await reserveAttempt(app, tx, { email: input.email, ip: request.ip }, row);
    // before the password is looked at: afterwards the time of it would tell who is known
    const by = { method: "password", result: "wrong_password" } as const;
    return { found: row, signInId: row && (await recordSignIn(app, tx, row.id, request, by)) };
  });
  const isRight = await isRightPassword(input.password, found?.passwordHash ?? null);
  if (!found || signInId === undefined || !isRight) throw wrongCredentials();
  const fresh = needsRehash(found.passwordHash ?? "") ? await hashPassword(input.password) : undefined;
  const started = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    await tx.query("update person set failed_sign_ins = 0, next_sign_in_at = null where id = $1", [found.id]);
    if (fresh) await setPassword(app, tx, found.id, fresh);
    return startLogin(app, tx, found.id, request, { method: "password", signInId });
  });
  return { ...started, personId: found.id };
}

// Counted before the password is looked at, under the row's lock: a hundred guesses at once do not share one turn.
async function reserveAttempt(
  app: SignInApp,
  tx: Tx,
  from: { email: string; ip: string | null },
  row: PersonRow | undefined,
): Promise<void> {
  const now = app.clock.ms();
  if (!row) return reserveUnknown(app, emailIndex(app, from.email).toString("hex"), now);
  const [person] = await tx.query<{ failed: number; nextAt: Date | null }>(
    `select failed_sign_ins as failed, next_sign_in_at as "nextAt" from person where id = $1 for update`,
    [row.id],
  );
  const waitMs = (person?.nextAt?.getTime() ?? 0) - now;
  // who signed in from here before does not wait for what a stranger does elsewhere
  const isKnown = async () => from.ip !== null && (await isKnownAddress(app, tx, row.id, from.ip));
  if (waitMs > 0 && !(await isKnown())) throw tooManyRequests({ retryAfterMs: waitMs });
  // forgotten after the same quiet hour as those of unknown addresses, or the next wait would tell who is known
  const wasAt = (person?.nextAt?.getTime() ?? 0) - delayAfter(person?.failed ?? 0);
  const failed = (now - wasAt < forgetMs ? (person?.failed ?? 0) : 0) + 1;
  await tx.query("update person set failed_sign_ins = $2, next_sign_in_at = $3 where id = $1", [
    row.id,
    failed,
    new Date(now + delayAfter(failed)),
  ]);
}

// Addresses that nobody has here wait just the same, or the waiting would tell who is known.
function reserveUnknown(app: Pick<App, "authentication">, index: string, now: number): void {
  const { unknownSignIns } = app.authentication;
  const known = unknownSignIns.get(index) ?? { failed: 0, nextAt: 0 };
  if (known.nextAt > now) throw tooManyRequests({ retryAfterMs: known.nextAt - now });
  const failed = (now - (known.nextAt - delayAfter(known.failed)) < forgetMs ? known.failed : 0) + 1;
  unknownSignIns.set(index, { failed, nextAt: now + delayAfter(failed) });
}

/** Asks a signed-in person for the password again, with the same waiting as a sign-in. Throws `wrongPassword`. */
export async function confirmPassword(app: SignInApp, personId: string, password: string): Promise<void> {
  const row = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const person = await findPerson(tx, personId);
    if (person) await reserveAttempt(app, tx, { email: "", ip: null }, person);
    return person;
  });
  if (!(await isRightPassword(password, row?.passwordHash ?? null))) throw wrongPassword();
  await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query("update person set failed_sign_ins = 0, next_sign_in_at = null where id = $1", [personId]),
  );
}

export type LinkKind = "password_reset" | "sign_in";
const linkLifeMs = { password_reset: 60 * 60_000, sign_in: 15 * 60_000 } satisfies Record<LinkKind, number>;

/** Makes a link that works once. Returns its token; only the hash is stored. */
export async function createLoginLink(
  app: Pick<App, "clock">,
  tx: Tx,
  personId: string,
  kind: LinkKind,
  lifeMs = linkLifeMs[kind],
): Promise<string> {
  const { token, hash } = makeLoginToken();
  const now = app.clock.now();
  await tx.query(
    "insert into login_link (id, person_id, kind, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
    [newId("lnk"), personId, kind, hash, now, new Date(now.getTime() + lifeMs)],
  );
  return token;
}

/** How many links of a kind were made for a person in the last `withinMs`, used or not. */
export async function countLoginLinks(
  app: Pick<App, "clock">,
  tx: Tx,
  personId: string,
  kind: LinkKind,
  withinMs: number,
): Promise<number> {
  const rows = await tx.query("select 1 from login_link where person_id = $1 and kind = $2 and created_at > $3", [
    personId,
    kind,
    new Date(app.clock.ms() - withinMs),
  ]);
  return rows.length;
}

/** Looks whether a link can be used, and leaves it as it is. Throws `linkNotValid`. */
export async function assertLoginLink(app: Pick<App, "clock">, tx: Tx, kind: LinkKind, token: string): Promise<void> {
  const found = await tx.query(
    "select 1 from login_link where token_hash = $1 and kind = $2 and used_at is null and expires_at > $3",
    [sha256(token), kind, app.clock.now()],
  );
  if (found.length === 0) throw linkNotValid();
}

/** Uses a link up and says whose it is. Throws `linkNotValid`. */
export async function useLoginLink(app: Pick<App, "clock">, tx: Tx, kind: LinkKind, token: string): Promise<string> {
  const [used] = await tx.query<{ personId: string }>(
    `update login_link set used_at = $3 where token_hash = $1 and kind = $2 and used_at is null and expires_at > $3
     returning person_id as "personId"`,
    [sha256(token), kind, app.clock.now()],
  );
  if (!used) throw linkNotValid();
  return used.personId;
}

/** Links that are still open become worthless: the password or the address has changed. */
export async function endLoginLinks(app: Pick<App, "clock">, tx: Tx, personId: string): Promise<void> {
  await tx.query("update login_link set used_at = $2 where person_id = $1 and used_at is null", [
    personId,
    app.clock.now(),
  ]);
}
