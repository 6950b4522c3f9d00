import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { seal } from "../platform/seal.ts";
import { applyEarlyStatuses } from "./apply-statuses.ts";
import { emitStatusChanges } from "./emit-status-changes.ts";
import { providerMessageIdPlace } from "./message-content.ts";
import type { StoredError } from "./message-error.ts";
import { messageFailed, messageSent, type MessageEventPayload } from "./message-events.ts";
import { providerMessageIndex } from "./message-index.ts";
import { statusRank } from "./message-status.ts";

/** A message whose fate at the provider's door is known: taken (with the provider's id) or refused. */
export type Settled = { workspaceId: string; channelId: string; messageId: string } & (
  | { providerMessageId: string }
  | { error: StoredError }
);

// `before` is locked in id order, like every statement that updates messages, so that a webhook batch cannot deadlock with it.
// A message given up as `outcome_unknown` is proved sent by a receipt that comes late. The provider's id is left out where another row has it already (an echo that was faster): the unique index must not fail a batch.
const SETTLE = `with item as (
    select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bytea[], $5::bytea[], $6::jsonb[])
      as x (workspace_id, id, status, provider_id, provider_index, error)),
  before as (select m.workspace_id, m.id, case when l.is_lost and i.error is null then 10 else m.status end as status,
      l.is_lost and i.error is null as is_found
    from message m join item i using (workspace_id, id)
      cross join lateral (select coalesce(m.error ->> 'code' = 'message.outcome_unknown', false) as is_lost) l
    order by m.id for update of m)
  update message m set
    status = greatest(b.status, i.status),
    provider_message_id = coalesce(m.provider_message_id, i.provider_id),
    provider_message_index = coalesce(m.provider_message_index, case when not exists (select 1 from message o
      where o.workspace_id = m.workspace_id and o.channel_id = m.channel_id and o.provider_message_index = i.provider_index)
      then i.provider_index end),
    accepted_at = case when i.error is null then coalesce(m.accepted_at, $7) else m.accepted_at end,
    failed_at = case when b.is_found then null when i.error is not null and b.status < i.status then $7 else m.failed_at end,
    error = case when b.is_found then null when i.error is not null and b.status < i.status then i.error else m.error end
  from item i join before b using (workspace_id, id)
  where m.workspace_id = i.workspace_id and m.id = i.id
  returning m.workspace_id, m.id, m.conversation_id, m.contact_id, m.channel_id, b.status as was, m.status, i.error is null as is_sent`;

type SettleApp = Pick<App, "keyring" | "clock" | "emit">;

/** Writes receipts and refusals, applies statuses that were faster than the answer, and emits what changed. */
export async function settleMessages(app: SettleApp, tx: Tx, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  const rows = await sealIds(app, tx, settled);
  const now = app.clock.now();
  const changed = await tx.named<{
    workspace_id: string;
    id: string;
    conversation_id: string;
    contact_id: string;
    channel_id: string;
    was: number;
    status: number;
    is_sent: boolean;
  }>("message.settle", SETTLE, [
    settled.map((s) => s.workspaceId),
    settled.map((s) => s.messageId),
    settled.map((s) => statusRank("error" in s ? "failed" : "sent")),
    rows.map((row) => row.providerId),
    rows.map((row) => row.index),
    settled.map((s) => ("error" in s ? JSON.stringify(s.error) : null)),
    now,
  ]);
  const moved = changed.filter((row) => row.status > row.was);
  const items = (isSent: boolean) =>
    moved
      .filter((row) => row.is_sent === isSent)
      .map((row) => ({
        workspaceId: row.workspace_id,
        channelId: row.channel_id,
        conversationId: row.conversation_id,
        payload: {
          messageId: row.id,
          conversationId: row.conversation_id,
          contactId: row.contact_id,
          channelId: row.channel_id,
        } satisfies MessageEventPayload,
      }));
  await app.emit(tx, messageSent, items(true));
  await app.emit(tx, messageFailed, items(false));
  const sent = settled.flatMap((s, at) => {
    const index = rows[at]?.index;
    return "error" in s || !index
      ? []
      : [{ workspaceId: s.workspaceId, channelId: s.channelId, providerMessageIndex: index }];
  });
  await emitStatusChanges(app, tx, await applyEarlyStatuses(tx, sent));
}

async function sealIds(
  app: SettleApp,
  tx: Tx,
  settled: readonly Settled[],
): Promise<{ providerId: Buffer | null; index: Buffer | null }[]> {
  const contacts = await tx.named<{ workspace_id: string; id: string; contact_id: string }>(
    "message.contacts",
    `select m.workspace_id, m.id, m.contact_id from message m join unnest($1::text[], $2::text[]) as x (w, m)
     on m.workspace_id = x.w and m.id = x.m`,
    [settled.map((s) => s.workspaceId), settled.map((s) => s.messageId)],
  );
  const contactOf = new Map(contacts.map((row) => [row.id, row.contact_id]));
  return settled.map((s) => {
    if ("error" in s) return { providerId: null, index: null };
    const index = providerMessageIndex(app.keyring, s.workspaceId, s.providerMessageId);
    const contactId = contactOf.get(s.messageId);
    // no key any more: the person was erased while the call was under way, and nothing may be sealed for them
    const key = contactId === undefined ? undefined : currentKey(app, contactId);
    return {
      providerId: key ? seal(key, providerMessageIdPlace(s.workspaceId, s.messageId), s.providerMessageId) : null,
      index,
    };
  });
}

function currentKey(app: Pick<App, "keyring">, contactId: string) {
  try {
    return app.keyring.current(`contact:${contactId}`);
  } catch {
    return undefined;
  }
}
