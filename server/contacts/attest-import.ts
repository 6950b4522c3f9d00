// Whoever brings a list of people vouches for it: the ground, in words, is the first entry of each contact's ledger.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { sealProof } from "./consent-chain.ts";
import { consentPurposes, expiryBy, listConsentRules } from "./consent-rules.ts";
import { keepConsentText } from "./consent-texts.ts";
import { isOptedOut } from "./opt-out.ts";
import { consentChanged, recordConsents } from "./record-consents.ts";

/** GDPR 6(1): what the use of somebody's data may rest on. */
const bases = ["consent", "contract", "legitimate_interest", "legal_obligation"] as const;

export const importAttestation = z
  .object({
    isLawful: z.literal(true).describe("You vouch that these people's data may be used here, and for the ground."),
    basis: z.enum(bases).describe("The ground, for everybody on the list; import lists with different grounds apart."),
    purposes: z
      .array(z.enum(consentPurposes))
      .max(consentPurposes.length)
      .default([])
      .describe("With `consent`: what these people agreed to. Someone who refused stays refused."),
  })
  .refine(({ basis, purposes }) => basis === "consent" || purposes.length === 0, {
    path: ["purposes"],
    message: "are only for people who agreed: the basis `consent`",
  });
export type ImportAttestation = z.output<typeof importAttestation>;

export const attestationView = z.object({
  basis: z.enum(bases),
  purposes: z.array(z.enum(consentPurposes)),
  by: z.string().nullable().describe("The member, or the key, who vouched for it."),
});

const words = (basis: ImportAttestation["basis"]): string =>
  `Imported. Whoever brought the list vouched that its use is lawful; ground: ${basis.replaceAll("_", " ")}.`;

/** One entry for each contact and thing that is not in its ledger yet, so that the same list twice adds nothing. */
export async function attestImport(
  ctx: Ctx,
  { basis, purposes }: ImportAttestation,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  const { workspaceId, keyring, tx } = ctx;
  const now = ctx.clock.now();
  const textVersion = await keepConsentText(ctx, words(basis));
  const rules = purposes.length === 0 ? [] : await listConsentRules(ctx);
  const wanted = [
    { action: "imported", purpose: "contact_list" },
    ...[...new Set(purposes)].map((purpose) => ({ action: "granted", purpose })),
  ];
  const place = { workspaceId: "$1", contactId: "x.id", channelId: "e.channel_id", purpose: "p.purpose" };
  // plan: consent_event_contact for each pair, at most 4,000 of them
  const missing = await tx.named<{ contactId: string; action: string; purpose: string }>(
    "consent_event.to_attest",
    `select x.id as "contactId", p.action, p.purpose from unnest($2::text[]) x (id), unnest($3::text[], $4::text[]) p (action, purpose)
     where not exists (select 1 from consent_event k where k.workspace_id = $1 and k.contact_id = x.id and k.purpose = p.purpose
         and k.action = p.action and k.method = 'import' and k.text_version = $5)
       and (p.action <> 'granted' or not ${isOptedOut(place)}) order by x.id, p.action desc, p.purpose`,
    [workspaceId, [...contactIds], wanted.map((one) => one.action), wanted.map((one) => one.purpose), textVersion],
  );
  const { actor } = ctx;
  const by = actor.kind === "member" ? actor.memberId : actor.kind === "api_key" ? actor.apiKeyId : actor.kind;
  const entries = missing.map((one) => {
    const id = newId("cns", ctx.clock.ms());
    const rule = one.action === "granted" ? rules.find(({ purpose }) => purpose === one.purpose) : undefined;
    return {
      ...{ ...one, workspaceId, id, channelId: null, method: "import", textVersion, occurredAt: now },
      expiresAt: expiryBy(rule, now),
      proof: sealProof(keyring, { workspaceId, id, contactId: one.contactId }, { importedBy: by, basis }),
    };
  });
  await recordConsents(tx, entries, now);
  await ctx.emit(
    tx,
    consentChanged,
    entries
      .filter(({ action }) => action === "granted")
      .map(({ contactId, purpose, action }) => ({ workspaceId, payload: { contactId, purpose, action } })),
  );
}
