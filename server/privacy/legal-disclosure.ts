// What others get of a person, an authority or with the person's consent somebody else: nothing before two people of the workspace
// approved it, and all of it is written down.
import { z } from "zod";
import { findContact } from "../contacts/find-contacts.ts";
import { personMethods } from "../contacts/opt-out.ts";
import { actedBySchema } from "../identity/identity-events.ts";
import type { Ctx } from "../platform/context.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { forbidden, notFound, problem, validationFailed } from "../platform/problem.ts";
import { wholeContact } from "./find-subject.ts";
import { openRegister, sealRegister } from "./seal-register.ts";

/** The only grounds there are: what no ground covers is not disclosed, unless the person agreed to it. */
const disclosureGrounds = [
  "legal_obligation",
  "rights_and_property",
  "wrongdoing",
  "safety",
  "liability",
  "consent",
] as const;
const disclosureScopes = ["account", "metadata", "messages"] as const;

export const disclosureGiven = event({
  type: "legal_disclosure.given",
  doc: "Emitted each time that somebody takes out what an approved disclosure covers.",
  payload: z.object({ disclosureId: z.string(), action: z.literal("given"), by: actedBySchema }),
});

export const needsAnotherApprover = problem({
  code: "legal_disclosure.needs_another",
  status: 409,
  title: "You approved this already; the second approval is somebody else's.",
  fix: "Ask another owner or admin of the workspace to look at it.",
});

export const needsConsent = problem({
  code: "legal_disclosure.needs_consent",
  status: 409,
  title: "On this ground nothing is disclosed without a consent of the person to just that, which still stands.",
  fix: "Ask them with `POST /v1/contacts/{id}/consents/ask` and the purpose `disclosure`, and give the id of their agreement as `consentId`; or name another ground.",
});

export const newDisclosure = z.object({
  authority: z.string().trim().min(1).max(300).describe("Who asks, and their reference."),
  ground: z.enum(disclosureGrounds),
  scope: z.enum(disclosureScopes),
  contactId: z.string().max(64).nullable().default(null).describe("Whom it is about; null: the workspace."),
  consentId: z
    .string()
    .max(64)
    .nullable()
    .default(null)
    .describe("With the ground `consent`: the entry of their ledger that agrees to the purpose `disclosure`."),
});

export const disclosureView = z
  .object({
    id: z.string(),
    authority: z.string(),
    ground: z.enum(disclosureGrounds),
    scope: z.enum(disclosureScopes),
    contactId: z.string().nullable(),
    consentId: z.string().nullable(),
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
  consentId: string | null;
  firstBy: string | null;
  firstAt: Date | null;
  secondBy: string | null;
  secondAt: Date | null;
  createdAt: Date;
  givenBy: string | null;
  givenAt: Date | null;
}

const columns = `id, authority, ground, scope, contact_id as "contactId", consent_id as "consentId", first_approval_by as "firstBy",
  first_approval_at as "firstAt",  second_approval_by as "secondBy", second_approval_at as "secondAt", created_at as "createdAt", given_by as "givenBy",
  given_at as "givenAt"`;

function view(ctx: Ctx, row: Row): DisclosureView {
  const approvals = [
    { memberId: row.firstBy, at: row.firstAt },
    { memberId: row.secondBy, at: row.secondAt },
  ].flatMap(({ memberId, at }) => (memberId !== null && at ? [{ memberId, at: at.toISOString() }] : []));
  return {
    ...{ id: row.id, ground: row.ground, scope: row.scope, contactId: row.contactId, consentId: row.consentId },
    authority: openRegister(ctx, "legal_disclosure", "authority", row.id, row.authority),
    state: (["proposed", "approved_once", "approved"] as const)[approvals.length] ?? "approved",
    approvals,
    createdAt: row.createdAt.toISOString(),
    given: row.givenBy !== null && row.givenAt ? { memberId: row.givenBy, at: row.givenAt.toISOString() } : null,
  };
}

/** @throws not_found for somebody else's contact · validation_failed · legal_disclosure.needs_consent */
export async function proposeDisclosure(ctx: Ctx, input: z.output<typeof newDisclosure>): Promise<DisclosureView> {
  const contactId = input.contactId === null ? null : await findContact(ctx, input.contactId);
  if (input.ground === "consent") await assertAgreed(ctx, { contactId, consentId: input.consentId });
  else if (input.consentId !== null)
    throw validationFailed({ issues: [{ path: "body.consentId", message: "belongs to the ground `consent` alone" }] });
  const id = newId("ldi", ctx.clock.ms());
  await ctx.tx.query(
    `insert into legal_disclosure (workspace_id, id, authority, ground, scope, contact_id, consent_id, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[ctx.workspaceId, id, sealRegister(ctx, "legal_disclosure", "authority", id, input.authority)],
      ...[input.ground, input.scope, contactId, input.consentId, memberOf(ctx), ctx.clock.now()],
    ],
  );
  return readDisclosure(ctx, id);
}

/**
 * Only the named entry counts, of this person and for this purpose: not over, nothing against it since, and none that the team noted
 * beside a refusal. Refusals are looked at on every channel. @throws legal_disclosure.needs_consent
 */
export async function assertAgreed(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock">,
  { contactId, consentId }: { contactId: string | null; consentId: string | null },
): Promise<void> {
  if (contactId === null || consentId === null) throw needsConsent();
  const rows = await ctx.tx.query(
    `select 1 from consent_event e where e.workspace_id = $1 and e.id = $2 and e.contact_id = any($3) and e.purpose = 'disclosure'
       and e.action in ('granted', 'confirmed') and e.method <> 'import' and e.occurred_at <= $4
       and (e.expires_at is null or e.expires_at > $4)
       and (e.method = any($5) or not exists (select 1 from consent_rule r
         where r.workspace_id = e.workspace_id and r.purpose = e.purpose and r.needs_confirmation))
       and not exists (select 1 from consent_event x where x.workspace_id = e.workspace_id and x.contact_id = any($3)
         and x.purpose = e.purpose and (x.action in ('withdrawn', 'objected', 'platform_stop', 'expired') and x.occurred_at >= e.occurred_at
           or x.action in ('withdrawn', 'objected') and e.method <> all($5)))`,
    [ctx.workspaceId, consentId, await wholeContact(ctx, contactId), ctx.clock.now(), [...personMethods]],
  );
  if (rows.length === 0) throw needsConsent();
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
