// Taking deliveries that are due. What they say is rendered afterwards, right before the call.
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { LoggedEvent } from "../realtime/event-log.ts";
import type { OpenEndpoint } from "./endpoint-secrets.ts";

/** Longer than a call may take; a process that dies in between gives its deliveries back after this. */
export const LEASE_MS = 120_000;

export interface Lane {
  workspaceId: string;
  endpointId: string;
}

export interface Claimed extends Lane {
  deliveryId: string;
  eventId: string;
  attempt: number;
  isOrdered: boolean;
  leasedUntil: Date;
  /** undefined when the log does not keep it any more */
  event: LoggedEvent | undefined;
}

export interface EndpointFacts {
  isOrdered: boolean;
  style: "standard" | "cloud_api";
  failureCount: number;
  pausedUntil: Date | null;
  secrets: Buffer;
}

/** What is called, and how. */
export interface Target extends EndpointFacts {
  open: OpenEndpoint;
}

const isFree = "d.state = 'pending' and d.due_at <= $3 and (d.leased_until is null or d.leased_until <= $3)";
// Of an ordered endpoint only the first of each conversation: what waits, in whatever state, holds back what comes after it.
const isHead = `not exists (select 1 from delivery e where e.workspace_id = d.workspace_id and e.endpoint_id = d.endpoint_id
    and e.state = 'pending' and e.order_key = d.order_key and e.position < d.position)`;

// Plan: delivery_due for the candidates (and one probe of delivery_order each), then one partition's key for each event.
const claimText = (more: string): string => `with head as (
    select d.workspace_id, d.id from delivery d where d.workspace_id = $1 and d.endpoint_id = $2 and ${isFree}${more}
    order by d.due_at, d.position limit $4 for update of d skip locked),
  taken as (update delivery d set attempts = d.attempts + 1, leased_until = $5 from head h
    where d.workspace_id = h.workspace_id and d.id = h.id
    returning d.id, d.event_id, d.event_type, d.position, d.event_at, d.attempts, d.workspace_id, d.due_at)
  select t.id, t.event_id, t.event_type, t.position, t.event_at, t.attempts, v.channel_id, v.conversation_id, v.payload from taken t
  left join event v on v.workspace_id = t.workspace_id and v.position = t.position and v.created_at = t.event_at
  order by t.due_at, t.position`;
const CLAIM = claimText("");
const CLAIM_HEADS = claimText(` and (d.order_key is null or ${isHead})`);

interface Row {
  id: string;
  event_id: string;
  event_type: string;
  position: number;
  event_at: Date;
  attempts: number;
  channel_id: string | null;
  conversation_id: string | null;
  payload: Record<string, unknown> | null;
}

/** The endpoint if it may be called now. */
export async function readTarget(tx: Tx, { workspaceId, endpointId }: Lane): Promise<EndpointFacts | undefined> {
  const [row] = await tx.named<EndpointFacts>(
    "webhook.target",
    `select is_ordered as "isOrdered", style, failure_count as "failureCount", paused_until as "pausedUntil", secrets
     from webhook_endpoint where workspace_id = $1 and id = $2 and status = 'enabled'`,
    [workspaceId, endpointId],
  );
  return row;
}

/** Takes up to `limit` deliveries of a lane in its transaction. */
export async function claim(
  app: Pick<App, "clock">,
  tx: Tx,
  lane: Lane,
  { isOrdered }: EndpointFacts,
  limit: number,
): Promise<Claimed[]> {
  const { workspaceId, endpointId } = lane;
  const now = app.clock.now();
  const leasedUntil = new Date(now.getTime() + LEASE_MS);
  const [name, text] = isOrdered ? ["delivery.claim_heads", CLAIM_HEADS] : ["delivery.claim", CLAIM];
  const rows = await tx.named<Row>(name, text, [workspaceId, endpointId, now, limit, leasedUntil]);
  return rows.map((row) => ({
    ...{ ...lane, isOrdered, leasedUntil },
    ...{ deliveryId: row.id, eventId: row.event_id, attempt: row.attempts, event: eventOf(row) },
  }));
}

function eventOf(row: Row): LoggedEvent | undefined {
  if (!row.payload) return undefined;
  return {
    id: row.event_id,
    type: row.event_type,
    position: row.position,
    channelId: row.channel_id,
    conversationId: row.conversation_id,
    payload: row.payload,
    occurredAt: row.event_at,
  };
}
