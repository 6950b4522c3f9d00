// What a workspace asks of a consent, per purpose: the person's own confirmation, and for how long it holds.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";

/** What a consent may be for. */
export const consentPurposes = ["marketing", "utility", "ai_transcription"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

export const consentRuleChange = z.object({
  needsConfirmation: z
    .boolean()
    .describe(
      "Double opt-in: what the team records counts only after the person themself agreed, by message or on their page.",
    ),
  validDays: z.int().min(1).max(3650).nullable().describe("How long a consent holds; null: until it is withdrawn."),
});

export const consentRuleView = consentRuleChange
  .extend({ purpose: z.enum(consentPurposes) })
  .meta({ id: "ConsentRule" });
export type ConsentRule = z.output<typeof consentRuleView>;

const DAY_MS = 86_400_000;
type RuleCtx = Pick<Ctx, "tx" | "workspaceId">;

export async function listConsentRules(ctx: RuleCtx): Promise<ConsentRule[]> {
  const rows = await ctx.tx.named<ConsentRule>(
    "consent_rule.list",
    `select purpose, needs_confirmation as "needsConfirmation", valid_days as "validDays" from consent_rule where workspace_id = $1`,
    [ctx.workspaceId],
  );
  return consentPurposes.map(
    (purpose) => rows.find((row) => row.purpose === purpose) ?? { purpose, needsConfirmation: false, validDays: null },
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
  await ctx.tx.named(
    "consent_rule.set",
    `insert into consent_rule (workspace_id, purpose, needs_confirmation, valid_days, updated_at) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id, purpose) do update set needs_confirmation = excluded.needs_confirmation,
       valid_days = excluded.valid_days, updated_at = excluded.updated_at`,
    [ctx.workspaceId, purpose, change.needsConfirmation, change.validDays, ctx.clock.now()],
  );
  return { purpose, ...change };
}

/** When a consent that was given at `from` is over. */
export function expiryBy(rule: Pick<ConsentRule, "validDays"> | undefined, from: Date): Date | null {
  return rule?.validDays ? new Date(from.getTime() + rule.validDays * DAY_MS) : null;
}
