import { z } from "zod";
import type { Tx } from "../platform/db.ts";
import { event } from "../platform/event.ts";

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
}

/** Appends to the ledger and returns the entries that were new. */
export async function recordConsents(tx: Tx, items: readonly NewConsent[], now: Date): Promise<NewConsent[]> {
  if (items.length === 0) return [];
  const rows = await tx.named<{ id: string }>(
    "consent_event.insert",
    `insert into consent_event (workspace_id, id, contact_id, channel_id, purpose, action, method, occurred_at, created_at)
     select w, i, c, ch, p, a, m, o, $9 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::timestamptz[]) as x (w, i, c, ch, p, a, m, o) on conflict do nothing returning id`,
    [
      items.map((item) => item.workspaceId),
      items.map((item) => item.id),
      items.map((item) => item.contactId),
      items.map((item) => item.channelId),
      items.map((item) => item.purpose),
      items.map((item) => item.action),
      items.map((item) => item.method),
      items.map((item) => item.occurredAt),
      now,
    ],
  );
  const made = new Set(rows.map((row) => row.id));
  return items.filter((item) => made.has(item.id));
}
