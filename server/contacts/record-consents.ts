import { z } from "zod";
import { sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { event } from "../platform/event.ts";
import { linkOf } from "./consent-chain.ts";

export const consentChanged = event({
  type: "consent.changed",
  doc: "Emitted when a contact gave or withdrew a consent, or told the provider to stop or resume.",
  payload: z.object({ contactId: z.string(), purpose: z.string(), action: z.string() }),
});

export interface NewConsent {
  workspaceId: string;
  /** the same for a redelivery, which then adds nothing */
  id: string;
  contactId: string;
  channelId: string | null;
  purpose: string;
  action: string;
  method: string;
  occurredAt: Date;
  /** which words were agreed to (see consent-texts.ts) */
  textVersion?: string | null;
  /** from when on a consent counts as none */
  expiresAt?: Date | null;
  /** sealed to the contact (see consent-chain.ts) */
  proof?: Buffer | null;
}

interface Head {
  workspace_id: string;
  contact_id: string;
  length: number;
  head: Buffer | null;
}

const ownerOf = (workspaceId: string, contactId: string): string => `${workspaceId}/${contactId}`;

/** The one writer of the ledger: appends, each entry to its contact's chain, and returns those that were new. Four statements at most. */
export async function recordConsents(tx: Tx, items: readonly NewConsent[], now: Date): Promise<NewConsent[]> {
  if (items.length === 0) return [];
  const heads = await lockChains(tx, items);
  const known = await tx.named<{ id: string }>(
    "consent_event.known",
    "select id from consent_event where workspace_id = any ($1::text[]) and id = any ($2::text[])",
    [[...new Set(items.map((item) => item.workspaceId))], items.map((item) => item.id)],
  );
  const seen = new Set(known.map((row) => row.id));
  const entries = items.flatMap((item) => {
    const head = heads.get(ownerOf(item.workspaceId, item.contactId));
    if (seen.has(item.id) || !head) return [];
    seen.add(item.id);
    const { textVersion = null, expiresAt = null, proof = null } = item;
    const entry = { ...item, textVersion, expiresAt, proof, proofHash: proof && sha256(proof), createdAt: now };
    head.head = linkOf(head.head, entry);
    head.length += 1;
    return [{ ...entry, position: head.length, hash: head.head, item }];
  });
  if (entries.length === 0) return [];
  const column = <V>(read: (entry: (typeof entries)[number]) => V): V[] => entries.map(read);
  await tx.named(
    "consent_event.insert",
    `insert into consent_event (workspace_id, id, contact_id, channel_id, purpose, action, method, occurred_at, text_version,
       expires_at, proof, proof_hash, position, hash, created_at)
     select *, $15 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::timestamptz[], $9::text[], $10::timestamptz[], $11::bytea[], $12::bytea[], $13::int[], $14::bytea[])`,
    [
      column((e) => e.workspaceId),
      column((e) => e.id),
      column((e) => e.contactId),
      column((e) => e.channelId),
      column((e) => e.purpose),
      column((e) => e.action),
      column((e) => e.method),
      column((e) => e.occurredAt),
      column((e) => e.textVersion),
      column((e) => e.expiresAt),
      column((e) => e.proof),
      column((e) => e.proofHash),
      column((e) => e.position),
      column((e) => e.hash),
      now,
    ],
  );
  const moved = [...heads.values()];
  await tx.named(
    "consent_chain.move",
    `update consent_chain c set length = x.length, head = x.head
     from unnest($1::text[], $2::text[], $3::int[], $4::bytea[]) as x (workspace_id, contact_id, length, head)
     where c.workspace_id = x.workspace_id and c.contact_id = x.contact_id`,
    [
      moved.map((head) => head.workspace_id),
      moved.map((head) => head.contact_id),
      moved.map((head) => head.length),
      moved.map((head) => head.head),
    ],
  );
  return entries.map((entry) => entry.item);
}

// The update changes nothing: it locks the row and gives back its newest version, so that two entries at once stand one after the other.
async function lockChains(tx: Tx, items: readonly NewConsent[]): Promise<Map<string, Head>> {
  const rows = await tx.named<Head>(
    "consent_chain.lock",
    `insert into consent_chain as c (workspace_id, contact_id, length)
     select distinct w, i, 0 from unnest($1::text[], $2::text[]) as x (w, i) order by 1, 2
     on conflict (workspace_id, contact_id) do update set length = c.length
     returning workspace_id, contact_id, length, head`,
    [items.map((item) => item.workspaceId), items.map((item) => item.contactId)],
  );
  return new Map(rows.map((row) => [ownerOf(row.workspace_id, row.contact_id), row]));
}

/** The entry of a person that is answered with one confirmation; the next one takes its place. */
export async function oweReply(tx: Tx, workspaceId: string, contactId: string, consentId: string): Promise<void> {
  await tx.named(
    "consent_chain.owe",
    "update consent_chain set reply_owed = $3 where workspace_id = $1 and contact_id = $2",
    [workspaceId, contactId, consentId],
  );
}

/** Takes the debt: undefined when it was answered already. */
export async function takeReply(tx: Tx, workspaceId: string, contactId: string): Promise<string | undefined> {
  const [row] = await tx.named<{ id: string }>(
    "consent_chain.take_reply",
    `update consent_chain c set reply_owed = null from consent_chain o
     where c.workspace_id = $1 and c.contact_id = $2 and o.workspace_id = $1 and o.contact_id = $2 and c.reply_owed is not null
     returning o.reply_owed as id`,
    [workspaceId, contactId],
  );
  return row?.id;
}
