// The register of breaches: what happened, and how long there is to tell the authority (GDPR 33: 72 hours from when it was found).
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { notFound, validationFailed } from "../platform/problem.ts";
import { mailBreachJob } from "./incident.jobs.ts";
import { openRegister, sealRegister } from "./seal-register.ts";

const AUTHORITY_HOURS = 72;

export const newBreach = z.object({
  kind: z.enum(["confidentiality", "integrity", "availability"]),
  description: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .describe("What happened, what it may lead to, what was done. Sealed."),
  peopleAffected: z.int().min(0).nullable().default(null).describe("null: not known yet."),
  foundAt: z.iso.datetime({ offset: true }).optional().describe("When you became aware of it; default: now."),
});

export const breachChange = z.object({
  authorityToldAt: z.iso.datetime({ offset: true }).optional(),
  peopleToldAt: z.iso.datetime({ offset: true }).optional(),
  closedAt: z.iso.datetime({ offset: true }).optional(),
});

export const breachView = z
  .object({
    id: z.string(),
    kind: z.enum(["confidentiality", "integrity", "availability"]),
    description: z.string(),
    peopleAffected: z.int().nullable(),
    foundAt: z.iso.datetime(),
    authorityDueAt: z.iso.datetime().describe("72 hours after it was found."),
    isOverdue: z.boolean(),
    authorityToldAt: z.iso.datetime().nullable(),
    peopleToldAt: z.iso.datetime().nullable(),
    closedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Breach" });
export type BreachView = z.output<typeof breachView>;

interface Row {
  id: string;
  kind: BreachView["kind"];
  description: Buffer;
  peopleAffected: number | null;
  foundAt: Date;
  authorityDueAt: Date;
  authorityToldAt: Date | null;
  peopleToldAt: Date | null;
  closedAt: Date | null;
}

const columns = `id, kind, description, people_affected as "peopleAffected", found_at as "foundAt", authority_due_at as "authorityDueAt",
  authority_told_at as "authorityToldAt", people_told_at as "peopleToldAt", closed_at as "closedAt"`;

function view(ctx: Ctx, row: Row): BreachView {
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    ...{ id: row.id, kind: row.kind, peopleAffected: row.peopleAffected },
    description: openRegister(ctx, "breach", "description", row.id, row.description),
    ...{ foundAt: row.foundAt.toISOString(), authorityDueAt: row.authorityDueAt.toISOString() },
    isOverdue: (row.authorityToldAt ?? ctx.clock.now()) > row.authorityDueAt,
    ...{ authorityToldAt: iso(row.authorityToldAt), peopleToldAt: iso(row.peopleToldAt), closedAt: iso(row.closedAt) },
  };
}

/** Starts the clock, and mails owners and admins until when it runs. @throws validation_failed */
export async function reportBreach(ctx: Ctx, input: z.output<typeof newBreach>): Promise<BreachView> {
  const now = ctx.clock.now();
  const foundAt = input.foundAt === undefined ? now : new Date(input.foundAt);
  if (foundAt > now) throw validationFailed({ issues: [{ path: "body.foundAt", message: "is in the future" }] });
  const id = newId("bre", ctx.clock.ms());
  await ctx.tx.query(
    `insert into breach (workspace_id, id, kind, description, people_affected, found_at, authority_due_at, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[ctx.workspaceId, id, input.kind, sealRegister(ctx, "breach", "description", id, input.description)],
      ...[input.peopleAffected, foundAt, new Date(foundAt.getTime() + AUTHORITY_HOURS * 3_600_000)],
      ...[ctx.actor.kind === "member" ? ctx.actor.memberId : null, now],
    ],
  );
  await ctx.enqueue(ctx.tx, mailBreachJob, { workspaceId: ctx.workspaceId, breachId: id });
  return readBreach(ctx, id);
}

/** @throws not_found */
export async function readBreach(ctx: Ctx, id: string): Promise<BreachView> {
  const [row] = await ctx.tx.query<Row>(`select ${columns} from breach where workspace_id = $1 and id = $2`, [
    ctx.workspaceId,
    id,
  ]);
  if (!row) throw notFound();
  return view(ctx, row);
}

/** The newest hundred. */
export async function listBreaches(ctx: Ctx): Promise<BreachView[]> {
  const rows = await ctx.tx.query<Row>(
    `select ${columns} from breach where workspace_id = $1 order by found_at desc, id desc limit 100`,
    [ctx.workspaceId],
  );
  return rows.map((row) => view(ctx, row));
}

/** What was told stays told: a time that is there is not changed. @throws not_found */
export async function changeBreach(ctx: Ctx, id: string, change: z.output<typeof breachChange>): Promise<BreachView> {
  await ctx.tx.query(
    `update breach set authority_told_at = coalesce(authority_told_at, $3), people_told_at = coalesce(people_told_at, $4),
       closed_at = coalesce(closed_at, $5) where workspace_id = $1 and id = $2`,
    [ctx.workspaceId, id, change.authorityToldAt ?? null, change.peopleToldAt ?? null, change.closedAt ?? null],
  );
  return readBreach(ctx, id);
}
