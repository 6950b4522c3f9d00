// What a workspace asks of a consent, per purpose: the person's own confirmation, and for how long it holds.
import { z } from "zod";
import { defaultConsentAge } from "../identity/jurisdictions.ts";
import type { Ctx } from "../platform/context.ts";

/** What a consent may be for. */
export const consentPurposes = ["marketing", "utility", "ai_transcription", "disclosure"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

export const consentRuleChange = z.object({
  needsConfirmation: z
    .boolean()
    .describe(
      "Double opt-in: what the team records counts only after the person themself agreed, by message or on their page.",
    ),
  minAge: z
    .int()
    .min(13)
    .max(21)
    .optional()
    .describe(`From which age people agree for themselves; ${defaultConsentAge} unless chosen.`),
  validDays: z.int().min(1).max(3650).nullable().describe("How long a consent holds; null: until it is withdrawn."),
});

export const consentRuleView = consentRuleChange
  .extend({ purpose: z.enum(consentPurposes), minAge: z.int() })
  .meta({ id: "ConsentRule" });
export type ConsentRule = z.output<typeof consentRuleView>;

const DAY_MS = 86_400_000;
type RuleCtx = Pick<Ctx, "tx" | "workspaceId">;

export async function listConsentRules(ctx: RuleCtx): Promise<ConsentRule[]> {
  const rows = await ctx.tx.named<ConsentRule>(
    "consent_rule.list",
    `select purpose, needs_confirmation as "needsConfirmation", valid_days as "validDays", coalesce(min_age, $2) as "minAge"
     from consent_rule where workspace_id = $1`,
    [ctx.workspaceId, defaultConsentAge],
  );
  return consentPurposes.map(
    (purpose) =>
      rows.find((row) => row.purpose === purpose) ?? {
        ...{ purpose, needsConfirmation: false, validDays: null, minAge: defaultConsentAge },
      },
  );
}

export async function readConsentRule(ctx: RuleCtx, purpose: string): Promise<ConsentRule | undefined> {
  return (await listConsentRules(ctx)).find((rule) => rule.purpose === purpose);
}

export async function setConsentRule(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock">,
  purpose: ConsentPurpose,
  change: z.output<typeof consentRuleChange>,
): Promise<ConsentRule> {
  const [row] = await ctx.tx.named<{ minAge: number | null }>(
    "consent_rule.set",
    `insert into consent_rule (workspace_id, purpose, needs_confirmation, valid_days, min_age, updated_at) values ($1, $2, $3, $4, $6, $5)
     on conflict (workspace_id, purpose) do update set needs_confirmation = excluded.needs_confirmation,
       valid_days = excluded.valid_days, min_age = coalesce(excluded.min_age, consent_rule.min_age), updated_at = excluded.updated_at
     returning min_age as "minAge"`,
    [ctx.workspaceId, purpose, change.needsConfirmation, change.validDays, ctx.clock.now(), change.minAge ?? null],
  );
  return { purpose, ...change, minAge: row?.minAge ?? defaultConsentAge };
}

/** When a consent that was given at `from` is over. */
export function expiryBy(rule: Pick<ConsentRule, "validDays"> | undefined, from: Date): Date | null {
  return rule?.validDays ? new Date(from.getTime() + rule.validDays * DAY_MS) : null;
}
