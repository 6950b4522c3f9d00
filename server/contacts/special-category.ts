// Special categories of data (GDPR Art. 9 and 10): off until an owner says what allows the workspace to keep them.
import { z } from "zod";
import { assertOwner } from "../identity/close-workspace.ts";
import { actedBy, actedBySchema } from "../identity/identity-events.ts";
import type { Actor, Ctx } from "../platform/context.ts";
import { event } from "../platform/event.ts";
import { problem } from "../platform/problem.ts";
import { isAllowed } from "../platform/route.ts";

/** GDPR Art. 9(2) (a) to (j), in its order; for data of Art. 10 the law that a workspace acts under is among them. */
export const specialBases = [
  ...(["explicit_consent", "employment_law", "vital_interests", "nonprofit_members", "made_public"] as const),
  ...(["legal_claims", "public_interest", "health_care", "public_health", "research"] as const),
] as const;
export type SpecialBasis = (typeof specialBases)[number];

export const specialCategoriesChanged = event({
  type: "special_category.changed",
  doc: "Emitted when a workspace turns special categories of data on, with another legal basis, or off.",
  payload: z.object({
    workspaceId: z.string(),
    action: z.enum(["enabled", "disabled"]),
    legalBasis: z.enum(specialBases).optional(),
    by: actedBySchema,
  }),
});

export const specialNotEnabled = problem({
  code: "special_category.not_enabled",
  status: 409,
  title: "Special categories of data (GDPR Art. 9 and 10) are off in this workspace.",
  fix: "An owner turns them on under Settings → Contact fields, or with `PUT /v1/special-categories`, and says what allows it.",
});

export const specialInUse = problem({
  code: "special_category.in_use",
  status: 409,
  title: "There are attributes of special categories.",
  fix: "Remove them first, which destroys their values.",
});

export const specialView = z
  .object({
    isEnabled: z.boolean(),
    legalBasis: z.enum(specialBases).nullable(),
    enabledAt: z.iso.datetime().nullable(),
    canWriteValues: z.boolean().describe("The privacy page in force says that such data is held."),
    valuesFrom: z.iso.datetime().nullable().describe("When the version of the privacy page counts that says so."),
  })
  .meta({ id: "SpecialCategories" });
export type SpecialView = z.output<typeof specialView>;

/** Whose eyes special values are for: owners, admins, and programs with the scope. */
export const maySeeSpecial = (actor: Actor): boolean => isAllowed(actor, "contact:special");

export async function readSpecial(ctx: Ctx): Promise<SpecialView> {
  const [row] = await ctx.tx.query<{ legalBasis: SpecialBasis; enabledAt: Date }>(
    `select legal_basis as "legalBasis", enabled_at as "enabledAt" from special_category where workspace_id = $1`,
    [ctx.workspaceId],
  );
  const until = row && ctx.policyGate.unheldUntil("user.special");
  return {
    isEnabled: row !== undefined,
    legalBasis: row?.legalBasis ?? null,
    enabledAt: row?.enabledAt.toISOString() ?? null,
    canWriteValues: row !== undefined && until === undefined,
    valuesFrom: until?.toISOString() ?? null,
  };
}

/** @throws forbidden for everyone but an owner */
export async function enableSpecial(ctx: Ctx, legalBasis: SpecialBasis): Promise<SpecialView> {
  assertOwner(ctx);
  const changed = await ctx.tx.query(
    `insert into special_category as s (workspace_id, legal_basis, enabled_at) values ($1, $2, $3)
     on conflict (workspace_id) do update set legal_basis = excluded.legal_basis
     where s.legal_basis <> excluded.legal_basis returning 1`,
    [ctx.workspaceId, legalBasis, ctx.clock.now()],
  );
  if (changed.length > 0) await tell(ctx, { action: "enabled", legalBasis });
  return readSpecial(ctx);
}

/** @throws forbidden for everyone but an owner · special_category.in_use */
export async function disableSpecial(ctx: Ctx): Promise<void> {
  assertOwner(ctx);
  // waits for whoever declares one at this moment, and keeps others from it
  const rows = await ctx.tx.query("select 1 from special_category where workspace_id = $1 for update", [
    ctx.workspaceId,
  ]);
  if (rows.length === 0) return;
  const used = await ctx.tx.query(
    "select 1 from contact_attribute where workspace_id = $1 and category like 'special.%' limit 1",
    [ctx.workspaceId],
  );
  if (used.length > 0) throw specialInUse();
  await ctx.tx.query("delete from special_category where workspace_id = $1", [ctx.workspaceId]);
  await tell(ctx, { action: "disabled" });
}

/** @throws special_category.not_enabled */
export async function assertSpecialAllowed({ tx, workspaceId }: Pick<Ctx, "tx" | "workspaceId">): Promise<void> {
  const rows = await tx.query("select 1 from special_category where workspace_id = $1 for share", [workspaceId]);
  if (rows.length === 0) throw specialNotEnabled();
}

type Told = Omit<z.output<(typeof specialCategoriesChanged)["payload"]>, "workspaceId" | "by">;

async function tell(ctx: Ctx, told: Told): Promise<void> {
  const { workspaceId } = ctx;
  const payload = { workspaceId, ...told, by: actedBy(ctx.actor) };
  await ctx.emit(ctx.tx, specialCategoriesChanged, [{ workspaceId, payload }]);
}
