import type { Tx } from "../platform/db.ts";
import type { Keyring } from "../platform/keyring.ts";
import { seal } from "../platform/seal.ts";
import type { DeliveryStatus } from "../providers/inbound-event.ts";
import { providerMessageIdPlace } from "./message-content.ts";
import type { StoredError } from "./message-error.ts";
import { statusRank } from "./message-status.ts";

export interface StatusReport {
  workspaceId: string;
  channelId: string;
  providerMessageIndex: Buffer;
  /** what we gave with the send: finds the message when its answer was lost */
  messageId: string | null;
  status: DeliveryStatus;
  at: Date;
  error: StoredError | null;
}

/** A message whose status moved, with the statuses it reached, lowest first. */
export interface StatusChange {
  workspaceId: string;
  messageId: string;
  conversationId: string;
  contactId: string;
  channelId: string;
  reached: DeliveryStatus[];
  /** the send's answer never came: this status is the first to tell the provider's id */
  isSettled: boolean;
}

interface Folded {
  workspaceId: string;
  channelId: string;
  index: Buffer;
  messageId: string | null;
  rank: number;
  times: Partial<Record<DeliveryStatus, Date>>;
  error: StoredError | null;
}

// Rows are locked in id order before they are changed, so that two batches cannot deadlock. `status` and the times are in no
// index: HOT updates. Each time keeps its first value. A message given up as `outcome_unknown` is one that any report proves sent.
// Each list carries the columns of the one before it: joining them to each other is a nested loop, 11 s for 3,000 reports. The first row
// of the answer says which were found, where not all were.
// EXPLAIN (375 rows): Nested Loop (unnest -> Index Scan message_provider_id), LockRows, then Update by primary key
const applyBy = (found: string): string => `with locked as (
    select r.*, m.id, case when l.is_lost then 10 else m.status end as was, l.is_lost,
      m.provider_message_index is null as is_settled
    from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[],
      $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::jsonb[])
      with ordinality as r (workspace_id, channel_id, idx, message_id, status, sent_at, delivered_at, read_at, played_at, failed_at,
        error, ord)
      join message m on m.workspace_id = r.workspace_id and m.channel_id = r.channel_id and m.direction = 'outbound' and ${found}
      cross join lateral (select coalesce(m.error ->> 'code' = 'message.outcome_unknown', false) as is_lost) l
    order by m.id for update of m),
  changed as (
    update message m set status = greatest(r.was, r.status), sent_at = least(m.sent_at, r.sent_at),
      delivered_at = least(m.delivered_at, r.delivered_at), read_at = least(m.read_at, r.read_at),
      played_at = least(m.played_at, r.played_at),
      failed_at = case when r.is_lost then r.failed_at else least(m.failed_at, r.failed_at) end,
      error = case when greatest(r.was, r.status) = 25 then coalesce(r.error, m.error)
        when greatest(r.was, r.status) > 25 or r.is_lost then null else m.error end,
      provider_message_index = coalesce(m.provider_message_index, r.idx)
    from locked r
    where m.workspace_id = r.workspace_id and m.id = r.id and (r.status > r.was
      or m.provider_message_index is null
      or (m.sent_at is null and r.sent_at is not null) or (m.delivered_at is null and r.delivered_at is not null)
      or (m.read_at is null and r.read_at is not null))
    returning r.ord::int, m.id, r.was, r.is_settled, m.conversation_id, m.contact_id)
  select null::int as ord, null as id, null::smallint as was, null::boolean as is_settled, null as conversation_id, null as contact_id,
    case when count(*) < cardinality($1) then coalesce(array_agg(ord::int), '{}') end as found from locked
  union all select *, null from changed`;

const APPLY = applyBy("m.provider_message_index = r.idx");
/** Where the send's answer was lost, the row has no provider id yet, and the report names our message. */
const APPLY_LOST = applyBy("m.provider_message_index is null and m.id = r.message_id");

/**
 * Moves messages up the lattice, in any order of arrival. A report whose message is not known is kept as an early status and
 * applied by `applyEarlyStatuses`.
 */
export async function applyStatuses(
  tx: Tx,
  reports: readonly StatusReport[],
  receivedAt: Date,
): Promise<StatusChange[]> {
  if (reports.length === 0) return [];
  const folded = fold(reports);
  const first = await apply(tx, folded);
  if (first.unknown.length === 0) return first.changes;
  // Whoever makes the message known holds the same lock: neither can miss the other.
  await lockIndexes(
    tx,
    first.unknown.map((item) => [item.workspaceId, item.channelId, item.index]),
  );
  const second = await apply(tx, first.unknown);
  await keepEarly(tx, second.unknown, receivedAt);
  return [...first.changes, ...second.changes];
}

/** Applies what came before the messages were known: call it in the transaction that writes their provider index, after that. */
export async function applyEarlyStatuses(
  tx: Tx,
  messages: readonly { workspaceId: string; channelId: string; providerMessageIndex: Buffer }[],
): Promise<StatusChange[]> {
  if (messages.length === 0) return [];
  await lockIndexes(
    tx,
    messages.map((item) => [item.workspaceId, item.channelId, item.providerMessageIndex]),
  );
  const rows = await tx.named<{
    workspace_id: string;
    channel_id: string;
    provider_message_index: Buffer;
    status: number;
    occurred_at: Date;
    error: StoredError | null;
  }>(
    "early_status.take",
    `delete from early_status e using unnest($1::text[], $2::text[], $3::bytea[]) as x (w, c, i)
     where e.workspace_id = x.w and e.channel_id = x.c and e.provider_message_index = x.i
     returning e.workspace_id, e.channel_id, e.provider_message_index, e.status, e.occurred_at, e.error`,
    [
      messages.map((item) => item.workspaceId),
      messages.map((item) => item.channelId),
      messages.map((item) => item.providerMessageIndex),
    ],
  );
  const reports = rows.map((row) => ({
    workspaceId: row.workspace_id,
    channelId: row.channel_id,
    providerMessageIndex: row.provider_message_index,
    messageId: null,
    status: deliveryOf(row.status),
    at: row.occurred_at,
    error: row.error,
  }));
  return reports.length === 0 ? [] : (await apply(tx, fold(reports))).changes;
}

const steps = ["sent", "failed", "delivered", "read", "played"] as const satisfies readonly DeliveryStatus[];

function deliveryOf(rank: number): DeliveryStatus {
  const found = steps.find((step) => statusRank(step) === rank);
  if (!found) throw new RangeError("not a delivery status");
  return found;
}

/** One row per message: an update may meet a row only once. */
function fold(reports: readonly StatusReport[]): Folded[] {
  const byIndex = new Map<string, Folded>();
  for (const report of reports) {
    const key = `${report.workspaceId}/${report.channelId}/${report.providerMessageIndex.toString("latin1")}`;
    const rank = statusRank(report.status);
    let item = byIndex.get(key);
    if (!item) {
      const { workspaceId, channelId, messageId } = report;
      item = { workspaceId, channelId, index: report.providerMessageIndex, messageId, rank, times: {}, error: null };
      byIndex.set(key, item);
    }
    item.messageId ??= report.messageId;
    item.rank = Math.max(item.rank, rank);
    const known = item.times[report.status];
    if (!known || report.at < known) item.times[report.status] = report.at;
    if (report.error) item.error = report.error;
  }
  return [...byIndex.values()];
}

interface Applied {
  changes: StatusChange[];
  unknown: readonly Folded[];
}

async function apply(tx: Tx, items: readonly Folded[]): Promise<Applied> {
  const first = await applyFound(tx, "message.apply_statuses", APPLY, items);
  const ours = first.unknown.filter((item) => item.messageId !== null);
  if (ours.length === 0) return first;
  const second = await applyFound(tx, "message.apply_lost_statuses", APPLY_LOST, ours);
  const isOpen = new Set(second.unknown);
  return {
    changes: [...first.changes, ...second.changes],
    unknown: first.unknown.filter((item) => item.messageId === null || isOpen.has(item)),
  };
}

/** The first row of an answer. */
interface FoundRow {
  ord: null;
  /** null: all were found */
  found: number[] | null;
}
interface ChangedRow {
  ord: number;
  id: string;
  was: number;
  is_settled: boolean;
  conversation_id: string;
  contact_id: string;
}

async function applyFound(tx: Tx, name: string, sql: string, items: readonly Folded[]): Promise<Applied> {
  const time = (step: DeliveryStatus) => items.map((item) => item.times[step] ?? null);
  const rows = await tx.named<FoundRow | ChangedRow>(name, sql, [
    items.map((item) => item.workspaceId),
    items.map((item) => item.channelId),
    items.map((item) => item.index),
    items.map((item) => item.messageId),
    items.map((item) => item.rank),
    time("sent"),
    time("delivered"),
    time("read"),
    time("played"),
    time("failed"),
    items.map((item) => (item.error ? JSON.stringify(item.error) : null)),
  ]);
  const changes: StatusChange[] = [];
  let unknown: readonly Folded[] = [];
  for (const row of rows) {
    if (row.ord === null) {
      const found = row.found && new Set(row.found);
      if (found) unknown = items.filter((_item, i) => !found.has(i + 1));
      continue;
    }
    const item = items[row.ord - 1];
    if (!item) continue;
    changes.push({
      workspaceId: item.workspaceId,
      messageId: row.id,
      conversationId: row.conversation_id,
      contactId: row.contact_id,
      channelId: item.channelId,
      reached: steps.filter((step) => item.times[step] && statusRank(step) > row.was),
      isSettled: row.is_settled,
    });
  }
  return { changes, unknown };
}

async function lockIndexes(tx: Tx, indexes: readonly (readonly [string, string, Buffer])[]): Promise<void> {
  const names = indexes.map(
    ([workspaceId, channelId, index]) => `${workspaceId}/${channelId}/${index.toString("hex")}`,
  );
  await tx.named(
    "early_status.lock",
    `select pg_advisory_xact_lock(h) from (
       select distinct hashtextextended(name, 4) as h from unnest($1::text[]) as x (name) order by 1) as sorted`,
    [names],
  );
}

async function keepEarly(tx: Tx, items: readonly Folded[], receivedAt: Date): Promise<void> {
  const rows = items.flatMap((item) => steps.filter((step) => item.times[step]).map((step) => ({ item, step })));
  if (rows.length === 0) return;
  await tx.named(
    "early_status.keep",
    `insert into early_status (workspace_id, channel_id, provider_message_index, status, occurred_at, error, received_at)
     select w, c, i, s, o, e, $7 from unnest($1::text[], $2::text[], $3::bytea[], $4::smallint[], $5::timestamptz[], $6::jsonb[])
       as x (w, c, i, s, o, e) order by w, c, i, s
     on conflict do nothing`,
    [
      rows.map(({ item }) => item.workspaceId),
      rows.map(({ item }) => item.channelId),
      rows.map(({ item }) => item.index),
      rows.map(({ step }) => statusRank(step)),
      rows.map(({ item, step }) => item.times[step]),
      rows.map(({ item, step }) => (step === "failed" && item.error ? JSON.stringify(item.error) : null)),
      receivedAt,
    ],
  );
}

/** Seals the provider's id into messages that got it after they were written. */
export async function writeProviderIds(
  keyring: Keyring,
  tx: Tx,
  items: readonly { workspaceId: string; messageId: string; contactId: string; providerMessageId: string }[],
): Promise<void> {
  if (items.length === 0) return;
  const keys = keyring.ensure(
    items.map((item) => ({ subject: `contact:${item.contactId}`, parent: `workspace:${item.workspaceId}` })),
  );
  const rows = items.flatMap((item) => {
    const key = keys.get(`contact:${item.contactId}`);
    return key
      ? [{ item, sealed: seal(key, providerMessageIdPlace(item.workspaceId, item.messageId), item.providerMessageId) }]
      : [];
  });
  await tx.named(
    "message.write_provider_ids",
    `update message m set provider_message_id = x.p from unnest($1::text[], $2::text[], $3::bytea[]) as x (w, i, p)
     where m.workspace_id = x.w and m.id = x.i`,
    [
      rows.map(({ item }) => item.workspaceId),
      rows.map(({ item }) => item.messageId),
      rows.map(({ sealed }) => sealed),
    ],
  );
}
