// Who signed in, or tried to: for the person themself, a year long.
import { z } from "zod";
import type { App, Ctx, RequestInfo } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { describe, retentionsOf } from "../platform/table.ts";
import { deviceOf } from "./device.ts";
import { signInTable } from "./people.table.ts";
import { personOf } from "./people.ts";

const methods = ["password", "link", "sign_up"] as const;
export type SignInMethod = (typeof methods)[number];
/** For how long the record is kept. */
const keptDays = Math.min(
  ...retentionsOf(describe(signInTable).privacy).flatMap(({ then, days }) =>
    then === "delete" && typeof days === "number" ? [days] : [],
  ),
);
const results = ["succeeded", "wrong_password"] as const;

/** Returns its id. One that waits for its password to be checked counts as a wrong one until then. */
export async function recordSignIn(
  app: Pick<App, "clock">,
  tx: Tx,
  personId: string,
  request: Pick<RequestInfo, "userAgent"> & { ip: string | null },
  { method, result }: { method: SignInMethod; result: (typeof results)[number] },
): Promise<string> {
  const id = newId("sgn", app.clock.ms());
  const { browser, system } = deviceOf(request.userAgent);
  await tx.query(
    `insert into sign_in (id, person_id, method, result, ip, browser, system, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, personId, method, result, request.ip, browser, system, app.clock.now()],
  );
  return id;
}

/** The password was right after all. */
export async function noteSuccess(tx: Tx, id: string): Promise<void> {
  await tx.query("update sign_in set result = 'succeeded' where id = $1", [id]);
}

/** True when the person signed in with such a browser from this address in the last 30 days, for which addresses are kept. */
export async function isKnownDevice(
  app: Pick<App, "clock">,
  tx: Tx,
  personId: string,
  request: Pick<RequestInfo, "ip" | "userAgent">,
): Promise<boolean> {
  const { browser, system } = deviceOf(request.userAgent);
  const known = await tx.query(
    `select 1 from sign_in where person_id = $1 and result = 'succeeded' and ip = $2 and browser is not distinct from $3
       and system is not distinct from $4 and created_at > $5 limit 1`,
    [personId, request.ip, browser, system, new Date(app.clock.ms() - 30 * 86_400_000)],
  );
  return known.length > 0;
}

/**
 * True while nobody ever came in with this account: so sure only as long as nothing of the record was deleted by its age. A session that a server
 * without this record began counts too.
 */
export async function isFirstSession(app: Pick<App, "clock">, tx: Tx, personId: string): Promise<boolean> {
  const first = await tx.query(
    `select 1 from person p where p.id = $1 and p.created_at > $2
       and not exists (select 1 from sign_in s where s.person_id = p.id and s.result = 'succeeded')
       and not exists (select 1 from login l where l.person_id = p.id)`,
    [personId, new Date(app.clock.ms() - keptDays * 86_400_000)],
  );
  return first.length > 0;
}

export const SignInView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  method: z.enum(methods),
  result: z.enum(results),
  ip: z.string().nullable().describe("For 30 days."),
  browser: z.string().nullable(),
  system: z.string().nullable(),
});

interface SignInRow extends Omit<z.output<typeof SignInView>, "at"> {
  at: Date;
}

/** The caller's own, newest first. */
export async function listSignIns(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const before = decodeCursor(z.tuple([z.iso.datetime(), z.string()]), page.cursor);
  const rows = await ctx.tx.query<SignInRow>(
    `select id, created_at as at, method, result, ip, browser, system from sign_in
     where person_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3)) order by created_at desc, id desc limit $4`,
    [personOf(ctx).personId, before?.[0] ?? null, before?.[1] ?? null, page.limit + 1],
  );
  const data = rows.slice(0, page.limit).map((row) => ({ ...row, at: row.at.toISOString() }));
  const last = data.at(-1);
  return { data, nextCursor: rows.length > page.limit && last ? encodeCursor([last.at, last.id]) : null };
}
