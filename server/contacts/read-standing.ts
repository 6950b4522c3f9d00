import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { isChainWhole, openProof } from "./consent-chain.ts";
import { consentPurposes, listConsentRules } from "./consent-rules.ts";
import { maySend, standingOf, standings, type LedgerEntry } from "./consent-standing.ts";
import { findContact } from "./find-contacts.ts";

export const consentStandingView = z
  .object({
    data: z.array(
      z.object({
        purpose: z.string(),
        standing: z.enum(standings),
        maySend: z.boolean().describe("Whether messages that the person did not ask for may go."),
        since: z.iso.datetime().nullable(),
        expiresAt: z.iso.datetime().nullable(),
        consentId: z.string().nullable().describe("The entry that decides."),
        method: z.string().nullable(),
      }),
    ),
    grounds: z
      .array(
        z.object({
          consentId: z.string(),
          basis: z
            .string()
            .nullable()
            .describe("As it was given with the import; null: its proof is not there any more."),
          occurredAt: z.iso.datetime(),
          importedBy: z.string().nullable().describe("A member's or an API key's id."),
        }),
      )
      .describe("Why their data may be used here, by whoever imported them; newest first."),
    isWhole: z.boolean().describe("false: an entry of the ledger was changed, removed or slipped in."),
  })
  .meta({ id: "ConsentStanding" });

/** The ledger of a contact, oldest first. */
export async function readLedger(ctx: Pick<Ctx, "tx" | "workspaceId">, contactId: string): Promise<LedgerEntry[]> {
  return ctx.tx.named<LedgerEntry>(
    "consent_event.ledger",
    `select id, channel_id as "channelId", purpose, action, method, occurred_at as "occurredAt", expires_at as "expiresAt"
     from consent_event where workspace_id = $1 and contact_id = $2 order by position`,
    [ctx.workspaceId, contactId],
  );
}

/** @throws not_found */
export async function readStanding(
  ctx: Ctx,
  contactId: string,
  channelId: string | null,
): Promise<z.output<typeof consentStandingView>> {
  const id = await findContact(ctx, contactId);
  const ledger = await readLedger(ctx, id);
  const rules = await listConsentRules(ctx);
  const now = ctx.clock.now();
  const data = consentPurposes.map((purpose) => {
    const needsConfirmation = rules.find((rule) => rule.purpose === purpose)?.needsConfirmation === true;
    const { standing, entry } = standingOf(ledger, { purpose, channelId, now, needsConfirmation });
    return {
      ...{ purpose, standing, maySend: maySend(standing, purpose) },
      since: entry?.occurredAt.toISOString() ?? null,
      expiresAt: entry?.expiresAt?.toISOString() ?? null,
      ...{ consentId: entry?.id ?? null, method: entry?.method ?? null },
    };
  });
  return { data, grounds: await readGrounds(ctx, id), isWhole: await isChainWhole(ctx.tx, ctx.workspaceId, id) };
}

/** What attest-import.ts wrote, once for each ground. */
async function readGrounds(ctx: Ctx, contactId: string): Promise<z.output<typeof consentStandingView>["grounds"]> {
  const rows = await ctx.tx.named<{ id: string; occurredAt: Date; proof: Buffer | null }>(
    "consent_event.grounds",
    `select id, occurred_at as "occurredAt", proof from consent_event
     where workspace_id = $1 and contact_id = $2 and purpose = 'contact_list' and action = 'imported' order by position desc limit 20`,
    [ctx.workspaceId, contactId],
  );
  return rows.map(({ id, occurredAt, proof }) => {
    const opened = openProof(ctx.keyring, ctx.workspaceId, id, proof);
    return {
      ...{ consentId: id, basis: opened?.["basis"] ?? null, importedBy: opened?.["importedBy"] ?? null },
      occurredAt: occurredAt.toISOString(),
    };
  });
}
