// What an authority gets: nothing before two people of the workspace approved it, and all of it is written down.
import { z } from "zod";
import { findContact } from "../contacts/find-contacts.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { forbidden, notFound, problem } from "../platform/problem.ts";
import { openRegister, sealRegister } from "./seal-register.ts";

/** The only grounds there are: what no ground covers is not disclosed. */
const disclosureGrounds = ["legal_obligation", "rights_and_property", "wrongdoing", "safety", "liability"] as const;
const disclosureScopes = ["account", "metadata", "messages"] as const;

export const needsAnotherApprover = problem({
  code: "legal_disclosure.needs_another",
  status: 409,
  title: "You approved this already; the second approval is somebody else's.",
  fix: "Ask another owner or admin of the workspace to look at it.",
});

export const newDisclosure = z.object({
  authority: z.string().trim().min(1).max(300).describe("Who asks, and their reference."),
  ground: z.enum(disclosureGrounds),
  scope: z.enum(disclosureScopes),
  contactId: z.string().max(64).nullable().default(null).describe("Whom it is about; null: the workspace."),
});

export const disclosureView = z
  .object({
    id: z.string(),
    authority: z.string(),
    ground: z.enum(disclosureGrounds),
    scope: z.enum(disclosureScopes),
    contactId: z.string().nullable(),
    state: z.enum(["proposed", "approved_once", "approved"]),
    approvals: z.array(z.object({ memberId: z.string(), at: z.iso.datetime() })),
    createdAt: z.iso.datetime(),
    given: z
      .object({ memberId: z.string(), at: z.iso.datetime() })
      .nullable()
      .describe("Who first took it out, and when."),
  })
  .meta({ id: "LegalDisclosure" });
export type DisclosureView = z.output<typeof disclosureView>;

interface Row {
  id: string;
  authority: Buffer;
  ground: DisclosureView["ground"];
  scope: DisclosureView["scope"];
  contactId: string | null;
  firstBy: string | null;
  firstAt: Date | null;
  secondBy: string | null;
  secondAt: Date | null;
  createdAt: Date;
  givenBy: string | null;
  givenAt: Date | null;
}

const columns = `id, authority, ground, scope, contact_id as "contactId", first_approval_by as "firstBy", first_approval_at as "firstAt",
  second_approval_by as "secondBy", second_approval_at as "secondAt", created_at as "createdAt", given_by as "givenBy",
  given_at as "givenAt"`;

function view(ctx: Ctx, row: Row): DisclosureView {
  const approvals = [
    { memberId: row.firstBy, at: row.firstAt },
    { memberId: row.secondBy, at: row.secondAt },
  ].flatMap(({ memberId, at }) => (memberId !== null && at ? [{ memberId, at: at.toISOString() }] : []));
  return {
    ...{ id: row.id, ground: row.ground, scope: row.scope, contactId: row.contactId },
    authority: openRegister(ctx, "legal_disclosure", "authority", row.id, row.authority),
    state: (["proposed", "approved_once", "approved"] as const)[approvals.length] ?? "approved",
    approvals,
    createdAt: row.createdAt.toISOString(),
    given: row.givenBy !== null && row.givenAt ? { memberId: row.givenBy, at: row.givenAt.toISOString() } : null,
  };
}

/** @throws not_found for somebody else's contact */
export async function proposeDisclosure(ctx: Ctx, input: z.output<typeof newDisclosure>): Promise<DisclosureView> {
  const contactId = input.contactId === null ? null : await findContact(ctx, input.contactId);
  const id = newId("ldi", ctx.clock.ms());
  await ctx.tx.query(
    `insert into legal_disclosure (workspace_id, id, authority, ground, scope, contact_id, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[ctx.workspaceId, id, sealRegister(ctx, "legal_disclosure", "authority", id, input.authority)],
      ...[input.ground, input.scope, contactId, memberOf(ctx), ctx.clock.now()],
    ],
  );
  return readDisclosure(ctx, id);
}

const memberOf = ({ actor }: Ctx): string | null => (actor.kind === "member" ? actor.memberId : null);

/** @throws not_found */
export async function readDisclosure(ctx: Ctx, id: string): Promise<DisclosureView> {
  const [row] = await ctx.tx.query<Row>(`select ${columns} from legal_disclosure where workspace_id = $1 and id = $2`, [
    ctx.workspaceId,
    id,
  ]);
  if (!row) throw notFound();
  return view(ctx, row);
}

/** The newest hundred; there are few. */
export async function listDisclosures(ctx: Ctx): Promise<DisclosureView[]> {
  const rows = await ctx.tx.query<Row>(
    `select ${columns} from legal_disclosure where workspace_id = $1 order by id desc limit 100`,
    [ctx.workspaceId],
  );
  return rows.map((row) => view(ctx, row));
}

/** A person approves, no key. @throws not_found · forbidden · legal_disclosure.needs_another */
export async function approveDisclosure(ctx: Ctx, id: string): Promise<DisclosureView> {
  const memberId = memberOf(ctx);
  if (memberId === null) throw forbidden({ permission: "workspace:manage" });
  const [row] = await ctx.tx.query<Row>(
    `select ${columns} from legal_disclosure where workspace_id = $1 and id = $2 for update`,
    [ctx.workspaceId, id],
  );
  if (!row) throw notFound();
  if (row.firstBy === memberId || row.secondBy === memberId) throw needsAnotherApprover();
  const which = row.firstBy === null ? "first" : "second";
  if (row.secondBy === null)
    await ctx.tx.query(
      `update legal_disclosure set ${which}_approval_by = $3, ${which}_approval_at = $4 where workspace_id = $1 and id = $2`,
      [ctx.workspaceId, id, memberId, ctx.clock.now()],
    );
  return readDisclosure(ctx, id);
}
