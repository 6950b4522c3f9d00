// From events to deliveries: in the commit that makes the events, and again from the log for what was missed.
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { Follower } from "../platform/event.ts";
import { cloudApiTypes } from "./cloud-shape.ts";

/** Wakes the deliverer of every process, once a transaction; the payload is `workspace/endpoint` pairs with commas. */
export const WEBHOOKS_TOPIC = "webhooks";

// A delivery's id follows from event and endpoint, so that no event is put twice for one endpoint: the time part of the event's id and 64
// bits of a hash.
const deliveryId = (event: string): string =>
  `'dlv_' || substr(${event}.id, 5, 10) || substr(md5(e.id || ${event}.id), 1, 16)`;

/** Whether endpoint `e` wants an event. Events of no channel come to everyone, as in the feed. */
const wants = (event: string): string =>
  `${event}.type like any (e.type_patterns) and (e.channel_ids is null or ${event}.channel_id is null or ${event}.channel_id = any (e.channel_ids))
   and (e.style = 'standard' or ${event}.type = any ('{${cloudApiTypes.join(",")}}'))`;

/** A member's own read mark is nobody else's business. */
const isShared = (event: string): string =>
  `not (${event}.type = 'conversation.updated' and ${event}.payload ? 'memberId')`;

/** What must stay in order: a conversation; what belongs to none, among its channel's; the rest among itself. */
const orderKey = (event: string): string =>
  `case when e.is_ordered then coalesce(${event}.conversation_id, ${event}.channel_id, '') end`;

const columns = "workspace_id, id, endpoint_id, event_id, event_type, position, event_at, order_key, due_at" as const;

// Without endpoints this is one look at counters that the commit holds anyway. Plan: event_counter by key, the commit's own events by the
// key of one partition, the few endpoints of each workspace. A statement of its own, after the append: whoever made an endpoint while the
// append waited for the counter is in its snapshot.
const FILL = `with made as (
    insert into delivery (${columns})
    select v.workspace_id, ${deliveryId("v")}, e.id, v.id, v.type, v.position, v.created_at, ${orderKey("v")}, v.created_at
    from unnest($1::text[], $2::int[]) as own (workspace_id, n)
    join event_counter c on c.workspace_id = own.workspace_id and c.is_followed
    join event v on v.workspace_id = c.workspace_id and v.position > c.position - own.n and v.position <= c.position and v.created_at = $3
    join webhook_endpoint e on e.workspace_id = v.workspace_id and e.status = 'enabled' and ${wants("v")}
    where ${isShared("v")}
    order by v.position
    on conflict do nothing returning workspace_id, endpoint_id)
  select distinct workspace_id || '/' || endpoint_id as lane from made`;

/** Puts what a commit appends before the endpoints that want it, and wakes their deliverer after it. */
export const createFollower =
  (app: Pick<App, "bus">): Follower =>
  async (tx, counts, occurredAt) => {
    const values = [[...counts.keys()], [...counts.values()], occurredAt];
    wakeLanes(app, tx, await tx.named<{ lane: string }>("delivery.fill", FILL, values));
  };

export function wakeLanes(app: Pick<App, "bus">, tx: Tx | null, rows: readonly { lane: string }[]): void {
  if (rows.length > 0) app.bus.publish(tx, WEBHOOKS_TOPIC, rows.map(({ lane }) => lane).join(","));
}

/** So many old deliveries a second go to one endpoint: a receiver that comes back is not run over by its backlog. */
export const BACKLOG_PER_SECOND = 50;
/** What one call looks through. */
export const MAX_BACKLOG = 100_000;

export interface Backlog {
  endpointId: string;
  since: Date;
  until?: Date | undefined;
  /** what becomes due again: nothing but what is missing · also what failed or waits · also what was delivered */
  again: "missing" | "undelivered" | "all";
  /** LIKE patterns besides the endpoint's own */
  typePatterns?: readonly string[] | undefined;
}

// Plan: partitions of the time span by created_at, in order of position; one probe of the key for each event.
const REFILL = `with wanted as (
    select v.*, ${deliveryId("v")} as delivery_id, ${orderKey("v")} as order_key from event v
    join webhook_endpoint e on e.workspace_id = v.workspace_id and e.id = $2 and ${wants("v")}
    where v.workspace_id = $1 and v.created_at >= $3 and v.created_at <= $4 and ($5::text[] is null or v.type like any ($5))
      and ${isShared("v")}
    order by v.position limit $6),
  numbered as (
    select w.*, $7::timestamptz + (row_number() over (order by w.position) - 1) * interval '1 second' / $8 as due from wanted w
    where not exists (select 1 from delivery d where d.workspace_id = w.workspace_id and d.id = w.delivery_id and case $9
      when 'missing' then true when 'undelivered' then d.state = 'delivered' else false end)),
  put as (
    insert into delivery as d (${columns})
    select workspace_id, delivery_id, $2, id, type, position, created_at, order_key, due from numbered
    on conflict (workspace_id, id) do update set state = 'pending', due_at = excluded.due_at, attempts = 0, leased_until = null,
      finished_at = null, order_key = excluded.order_key
    where d.leased_until is null or d.leased_until <= $7
    returning 1)
  select (select count(*) from put)::int as count, (select count(*) from wanted)::int as seen, (select max(created_at) from wanted) as until`;

/**
 * Puts events of the log before an endpoint again, oldest first, spread over time. Returns how many, and until when it looked if there
 * was more than one call takes.
 */
export async function refill(
  app: Pick<App, "bus" | "clock">,
  tx: Tx,
  workspaceId: string,
  backlog: Backlog,
): Promise<{ count: number; lookedUntil: string | null }> {
  const now = app.clock.now();
  const { endpointId, since, until = now, again, typePatterns = null } = backlog;
  const values = [workspaceId, endpointId, since, until, typePatterns, MAX_BACKLOG, now, BACKLOG_PER_SECOND, again];
  const [row] = await tx.named<{ count: number; seen: number; until: Date | null }>("delivery.refill", REFILL, values);
  if ((row?.count ?? 0) > 0) wakeLanes(app, tx, [{ lane: `${workspaceId}/${endpointId}` }]);
  const isCut = (row?.seen ?? 0) >= MAX_BACKLOG;
  return { count: row?.count ?? 0, lookedUntil: isCut ? (row?.until?.toISOString() ?? null) : null };
}
