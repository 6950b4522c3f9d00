import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import { defaultConsentAge } from "../identity/jurisdictions.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import { notFound, problem, validationFailed } from "../platform/problem.ts";
import { openProof, sealProof } from "./consent-chain.ts";
import { consentPurposes, expiryBy, readConsentRule } from "./consent-rules.ts";
import { keepConsentText, readConsentTexts } from "./consent-texts.ts";
import { findContact } from "./find-contacts.ts";
import { isOptedOut } from "./opt-out.ts";
import { isMinor } from "./restrict-contacts.ts";
import { consentChanged, recordConsents } from "./record-consents.ts";

export const consentRefused = problem({
  code: "consent.refused_by_person",
  status: 409,
  title: "The person refused this purpose, and only the person can take that back.",
  fix: "Ask them to agree again themselves: by message, on their page, or at the provider.",
});

export const consentUnderAge = problem({
  code: "consent.under_age",
  status: 409,
  title: "The person is too young to agree to this themselves.",
  fix: "Nothing was recorded. If they are a child, report it: `POST /v1/contacts/{id}/minor-report`. The age is a rule of the workspace.",
});

export const newConsent = z.object({
  purpose: z.enum(consentPurposes),
  action: z.enum(["requested", "granted", "confirmed", "withdrawn", "objected", "expired"]),
  method: z
    .enum(["form", "message", "verbal", "paper", "import", "api"])
    .describe("How the team knows. What people do themselves is recorded by Keepword."),
  channelId: z.string().nullable().default(null).describe("null: on every channel."),
  occurredAt: z.iso.datetime({ offset: true }).optional().describe("Default: now. Not in the future."),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("From when on it counts as none. Default: the workspace's rule for the purpose."),
  age: z.int().min(0).max(130).optional().describe("How old the person is, where they said it: checked, not stored."),
  text: z.string().trim().min(1).max(10_000).optional().describe("The exact words that the person agreed to."),
  proof: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .optional()
    .describe("Where it can be looked up: a form's entry, a paper's place, who was there. Sealed to the person."),
});

/** A caller's methods, and how the product asks for a consent or hears of one. */
type ConsentMethod = z.output<typeof newConsent>["method"] | "double_opt_in" | "contact_page";

export const consentView = z
  .object({
    id: z.string(),
    contactId: z.string(),
    channelId: z.string().nullable(),
    purpose: z.string(),
    action: z.string(),
    method: z.string(),
    textVersion: z.string().nullable().describe("Names the exact words; the same words have the same version."),
    text: z.string().nullable(),
    proof: z.record(z.string(), z.string()).nullable().describe("null: none was given, or it was destroyed."),
    expiresAt: z.iso.datetime().nullable(),
    position: z.int().describe("Place in the contact's chain, from 1."),
    hash: z.string().describe("Link of the chain: a SHA-256 over this entry and the link before it."),
    occurredAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "ConsentEvent" });
export type ConsentView = z.output<typeof consentView>;

interface Row {
  id: string;
  contact_id: string;
  channel_id: string | null;
  purpose: string;
  action: string;
  method: string;
  text_version: string | null;
  expires_at: Date | null;
  proof: Buffer | null;
  position: number;
  hash: Buffer;
  occurred_at: Date;
  created_at: Date;
}

const columns = `id, contact_id, channel_id, purpose, action, method, text_version, expires_at, proof, position, hash, occurred_at,
  created_at`;

async function views(ctx: Ctx, rows: readonly Row[]): Promise<ConsentView[]> {
  const texts = await readConsentTexts(
    ctx,
    rows.flatMap((row) => row.text_version ?? []),
  );
  return rows.map((row) => ({
    ...{ id: row.id, contactId: row.contact_id, channelId: row.channel_id, purpose: row.purpose },
    ...{ action: row.action, method: row.method, textVersion: row.text_version },
    text: (row.text_version === null ? undefined : texts.get(row.text_version)) ?? null,
    proof: openProof(ctx.keyring, ctx.workspaceId, row.id, row.proof),
    expiresAt: row.expires_at?.toISOString() ?? null,
    ...{ position: row.position, hash: row.hash.toString("hex") },
    ...{ occurredAt: row.occurred_at.toISOString(), createdAt: row.created_at.toISOString() },
  }));
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

/** The ledger of a contact, newest first; that of contacts merged into it too. @throws not_found */
export async function listConsents(
  ctx: Ctx,
  contactId: string,
  query: { cursor?: string | undefined; limit: number },
): Promise<{ data: ConsentView[]; nextCursor: string | null }> {
  const id = await findContact(ctx, contactId);
  const after = decodeCursor(cursorKey, query.cursor);
  const rows = await ctx.tx.named<Row>(
    "consent_event.list",
    `select ${columns} from consent_event where workspace_id = $1 and contact_id = $2
       and ($3::timestamptz is null or (occurred_at, id) < ($3, $4)) order by occurred_at desc, id desc limit $5`,
    [ctx.workspaceId, id, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    data: await views(ctx, page),
    nextCursor: last ? encodeCursor([last.occurred_at.toISOString(), last.id]) : null,
  };
}

/** @throws not_found */
export async function readConsent(ctx: Ctx, id: string): Promise<ConsentView> {
  const [row] = await ctx.tx.named<Row>(
    "consent_event.read",
    `select ${columns} from consent_event where workspace_id = $1 and id = $2`,
    [ctx.workspaceId, id],
  );
  if (!row) throw notFound();
  const [found] = await views(ctx, [row]);
  if (!found) throw notFound();
  return found;
}

/**
 * Appends what the team knows. A person's refusal is never overridden: neither here nor, should two entries cross, at the time of
 * sending. @throws not_found · consent.refused_by_person · consent.under_age · validation_failed
 */
export async function addConsent(
  ctx: Ctx,
  contactId: string,
  input: Omit<z.output<typeof newConsent>, "method"> & { method: ConsentMethod },
): Promise<ConsentView> {
  const { workspaceId, tx } = ctx;
  const grants = channelGrants(ctx.actor);
  const contact = await findContact(ctx, contactId);
  if (input.channelId !== null) {
    const channel = await ctx.channels.find(input.channelId);
    if (channel?.workspaceId !== workspaceId || (grants && !grants.includes(channel.id))) throw notFound();
  }
  const now = ctx.clock.now();
  const occurredAt = input.occurredAt === undefined ? now : new Date(input.occurredAt);
  if (occurredAt > now) throw validationFailed({ issues: [{ path: "body.occurredAt", message: "is in the future" }] });
  const isGiving = input.action === "granted" || input.action === "confirmed" || input.action === "requested";
  if (isGiving) await assertOldEnough(ctx, contact, input);
  const isOwnWord = input.method === "contact_page" && input.action !== "requested";
  if (!isOwnWord && isGiving) {
    const place = { workspaceId: "$1", contactId: "$2", channelId: "coalesce($3, e.channel_id)", purpose: "$4" };
    const [row] = await tx.named<{ refused: boolean }>(
      "consent_event.is_refused",
      `select ${isOptedOut(place)} as refused`,
      [workspaceId, contact, input.channelId, input.purpose],
    );
    if (row?.refused) throw consentRefused();
  }
  const { purpose, action, method, channelId } = input;
  const id = newId("cns", ctx.clock.ms());
  const entry = { workspaceId, id, contactId: contact, channelId, purpose, action, method, occurredAt };
  const textVersion = input.text === undefined ? null : await keepConsentText(ctx, input.text);
  const proof = input.proof === undefined ? null : sealProof(ctx.keyring, entry, { note: input.proof });
  const expiresAt = await expiryOf(ctx, input, occurredAt);
  await recordConsents(tx, [{ ...entry, textVersion, proof, expiresAt }], now);
  await ctx.emit(tx, consentChanged, [
    { workspaceId, channelId: channelId ?? undefined, payload: { contactId: contact, purpose, action } },
  ]);
  return readConsent(ctx, id);
}

/** Nobody agrees for a child: neither below the workspace's age, nor for somebody who was reported as one. */
async function assertOldEnough(
  ctx: Ctx,
  contactId: string,
  { purpose, age }: Pick<z.output<typeof newConsent>, "purpose" | "age">,
): Promise<void> {
  const rule = await readConsentRule(ctx, purpose);
  if (age !== undefined && age < (rule?.minAge ?? defaultConsentAge)) throw consentUnderAge();
  if (await isMinor(ctx, contactId)) throw consentUnderAge();
}

async function expiryOf(
  ctx: Ctx,
  input: Pick<z.output<typeof newConsent>, "expiresAt" | "action" | "purpose">,
  occurredAt: Date,
): Promise<Date | null> {
  if (input.expiresAt !== undefined) return new Date(input.expiresAt);
  if (input.action !== "granted" && input.action !== "confirmed") return null;
  return expiryBy(await readConsentRule(ctx, input.purpose), occurredAt);
}
