// The event log as its readers see it: rows by position, and from where to where it goes.
import type { Tx } from "../platform/db.ts";

export interface LoggedEvent {
  id: string;
  type: string;
  position: number;
  channelId: string | null;
  conversationId: string | null;
  payload: Record<string, unknown>;
  occurredAt: Date;
}

interface Row {
  id: string;
  type: string;
  position: number;
  channel_id: string | null;
  conversation_id: string | null;
  payload: Record<string, unknown>;
  created_at: Date;
}

export interface LogRange {
  /** exclusive */
  after: number;
  /** inclusive */
  upTo: number;
  limit: number;
  /** LIKE patterns; null: every type */
  types?: readonly string[] | null;
  /** null: every channel. Events of no channel always count as visible. */
  channelIds?: readonly string[] | null;
}

// A merge over the partitions' primary keys: about 3 buffers for each of the 32 days, then the rows.
const READ = `select id, type, position, channel_id, conversation_id, payload, created_at from event
  where workspace_id = $1 and position > $2 and position <= $3
    and ($4::text[] is null or type like any ($4))
    and ($5::text[] is null or channel_id is null or channel_id = any ($5))
  order by position limit $6`;

/** Events of one workspace, in order. */
export async function readLog(tx: Tx, workspaceId: string, range: LogRange): Promise<LoggedEvent[]> {
  const { after, upTo, limit, types = null, channelIds = null } = range;
  const rows = await tx.named<Row>("event.log", READ, [workspaceId, after, upTo, types, channelIds, limit]);
  return rows.map(({ channel_id: channelId, conversation_id: conversationId, created_at: occurredAt, ...row }) => ({
    ...row,
    channelId,
    conversationId,
    occurredAt,
  }));
}

export interface LogBounds {
  /** position of the oldest event that is kept; `latest + 1` when none is */
  oldest: number;
  /** position of the newest one that is committed */
  latest: number;
}

/** From where to where the log of a workspace goes now. Every event up to `latest` is visible to a read that follows. */
export async function readBounds(tx: Tx, workspaceId: string): Promise<LogBounds> {
  const [row] = await tx.named<{ latest: number; oldest: number | null }>(
    "event.bounds",
    `select coalesce((select position from event_counter where workspace_id = $1), 0) as latest,
       (select min(position) from event where workspace_id = $1) as oldest`,
    [workspaceId],
  );
  const latest = row?.latest ?? 0;
  return { latest, oldest: row?.oldest ?? latest + 1 };
}
