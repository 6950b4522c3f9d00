// A refusal must outlive a restore: what a person stopped after the backup would go on otherwise, and nobody would know.
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { EventItem, Reaction } from "../platform/event.ts";
import type { LedgerEntry } from "./ledger-file.ts";
import { appendAfterCommit } from "./ledger.ts";

const refusals: readonly string[] = ["withdrawn", "objected", "platform_stop"];
/** Entries of this transaction are younger; those of the ones before are in the ledger. */
const LOOK_BACK_MS = 60_000;

interface Refusal {
  workspaceId: string;
  id: string;
  contactId: string;
  /** the contact and those that were merged into it: an older backup knows them apart */
  contactIds: string[];
  channelId: string | null;
  purpose: string;
  action: string;
  method: string;
  occurredAt: Date;
}

export const refusalReactions = (app: Pick<App, "clock" | "config">): Reaction[] => [
  {
    on: consentChanged,
    run: async (tx, items) => {
      const refused = (items as readonly EventItem<{ contactId: string; action: string }>[]).filter(({ payload }) =>
        refusals.includes(payload.action),
      );
      if (refused.length > 0) await noteRefusals(app, tx, refused);
    },
  },
];

async function noteRefusals(
  app: Pick<App, "clock" | "config">,
  tx: Tx,
  refused: readonly EventItem<{ contactId: string }>[],
): Promise<void> {
  // Plan: consent_event_contact for each contact, contact_merged for each event.
  const rows = await tx.named<Refusal>(
    "consent_event.refused_now",
    `select e.workspace_id as "workspaceId", e.id, e.contact_id as "contactId", e.channel_id as "channelId", e.purpose, e.action, e.method,
       e.occurred_at as "occurredAt", array(select c.id from contact c where c.workspace_id = e.workspace_id
         and (c.id = e.contact_id or c.merged_into = e.contact_id)) as "contactIds" from unnest($1::text[], $2::text[]) as x (w, c)
     join consent_event e on e.workspace_id = x.w and e.contact_id = x.c
     where e.action = any ($3::text[]) and e.created_at >= $4
       and not exists (select 1 from erasure_ledger l where l.workspace_id = e.workspace_id and l.id = e.id)`,
    [
      refused.map(({ workspaceId }) => workspaceId),
      refused.map(({ payload }) => payload.contactId),
      refusals,
      new Date(app.clock.ms() - LOOK_BACK_MS),
    ],
  );
  const at = app.clock.now().toISOString();
  const known = new Map(rows.map((row) => [`${row.workspaceId}/${row.id}`, row]));
  const entries = [...known.values()].flatMap((row) => entriesOf(row, at));
  await appendAfterCommit(app, tx, entries);
}

/** One for the contact, under the event's id, and one for each that was merged into it. */
const entriesOf = (
  { workspaceId, id, contactId, contactIds, occurredAt, ...words }: Refusal,
  at: string,
): LedgerEntry[] =>
  contactIds.map((subjectId) => ({
    ...{ id: subjectId === contactId ? id : mergedId(id, subjectId), kind: "consent_refused", workspaceId, subjectId },
    ...{ keyIds: [], at, detail: { ...words, occurredAt: occurredAt.toISOString() } },
  }));

const mergedId = (id: string, contactId: string): string => `${id}/${contactId}`;

/** Refuses again for the contact, or for the one it was merged into; false where there is none. The proof is gone with what came after the backup. */
export async function replayRefusal(
  tx: Tx,
  { workspaceId, id, subjectId, detail, at }: LedgerEntry,
  now: Date,
): Promise<boolean> {
  const [contact] = await tx.query<{ id: string; isMerged: boolean }>(
    `select coalesce(merged_into, id) as id, merged_into is not null as "isMerged" from contact where workspace_id = $1 and id = $2`,
    [workspaceId, subjectId],
  );
  if (!contact) return false;
  // merged in the backup already: the entry of the contact itself says it
  if (contact.isMerged && id === mergedId(id.split("/")[0] ?? "", subjectId)) return true;
  const { channelId = null, purpose, action, method, occurredAt } = detail ?? {};
  const words = { purpose: purpose ?? "marketing", action: action ?? "withdrawn", method: method ?? "form" };
  const entry = { workspaceId, id, contactId: contact.id, channelId, ...words, occurredAt: new Date(occurredAt ?? at) };
  await recordConsents(tx, [entry], now);
  return true;
}
