// The row of a session: read by whoever may see the channel, written by its owner under the fence and by the API's commands.
import { followSession } from "../channels/follow-session.ts";
import type { App } from "../platform/context.ts";
import { txRetry, type Tx } from "../platform/db.ts";
import type { DataKey } from "../platform/keyring.ts";
import { seal, tryOpenText, type Aad } from "../platform/seal.ts";
import type { Lease } from "./lease.ts";
import { SESSION_CHANGED_TOPIC, sessionChanged, type SessionState } from "./session-events.ts";
import { FencedOut } from "./session-store.ts";

export interface SessionRow {
  state: SessionState;
  since: Date;
  reason: string | null;
  is_wanted: boolean;
  generation: number;
  history_days: number;
  command: "pair" | "restart" | "log_out" | null;
  command_no: number;
  command_data: Buffer | null;
  pairing: Buffer | null;
  pairing_expires_at: Date | null;
  account: Buffer | null;
  attempts: number;
  next_attempt_at: Date | null;
  linked_at: Date | null;
  last_seen_at: Date | null;
  restricted_until: Date | null;
  acknowledged_version: string | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  updated_at: Date;
  /** whether a process holds it; false after a crash */
  is_held: boolean;
}

export async function readRow(
  tx: Tx,
  workspaceId: string,
  channelId: string,
  now: Date,
): Promise<SessionRow | undefined> {
  const [row] = await tx.named<SessionRow>(
    "session.read",
    `select s.*, coalesce(l.expires_at > $3 and kw.is_present(l.owner), false) as is_held from session s
       left join session_lease l on l.workspace_id = s.workspace_id and l.channel_id = s.channel_id
     where s.workspace_id = $1 and s.channel_id = $2`,
    [workspaceId, channelId, now],
  );
  return row;
}

type SealedColumn = "pairing" | "account" | "command_data";
const placeOf = (workspaceId: string, channelId: string, column: SealedColumn): Aad => ({
  ...{ table: "session", column, row: channelId, workspace: workspaceId },
});

function channelKey(app: Pick<App, "keyring">, workspaceId: string, channelId: string): DataKey {
  const subject = `channel:${channelId}`;
  const key = app.keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
  if (!key) throw new Error("a channel without a key");
  return key;
}

export function sealField(
  app: Pick<App, "keyring">,
  at: { workspaceId: string; channelId: string },
  column: SealedColumn,
  value: unknown,
): Buffer {
  const key = channelKey(app, at.workspaceId, at.channelId);
  return seal(key, placeOf(at.workspaceId, at.channelId, column), JSON.stringify(value));
}

export function openField<T>(
  app: Pick<App, "keyring">,
  at: { workspaceId: string; channelId: string },
  column: SealedColumn,
  sealed: Buffer | null,
): T | undefined {
  const text = sealed && tryOpenText(app.keyring, placeOf(at.workspaceId, at.channelId, column), sealed);
  return text ? (JSON.parse(text) as T) : undefined;
}

/** What an owner may change. Undefined leaves a column as it is. */
export interface SessionPatch {
  state?: SessionState;
  reason?: string | null;
  is_wanted?: boolean;
  generation?: number;
  pairing?: Buffer | null;
  pairing_expires_at?: Date | null;
  account?: Buffer | null;
  attempts?: number;
  next_attempt_at?: Date | null;
  linked_at?: Date;
  last_seen_at?: Date;
  restricted_until?: Date | null;
  /** the command with this number is done */
  doneCommand?: number;
}

/**
 * Writes a change of an owner's and tells everyone: the event log, the channel's status, whoever watches a QR. @throws FencedOut
 */
export async function patchRow(
  app: Pick<App, "db" | "clock" | "emit" | "bus">,
  lease: Lease,
  { doneCommand, ...patch }: SessionPatch,
): Promise<void> {
  const { workspaceId, channelId } = lease;
  const now = app.clock.now();
  const columns = Object.entries(patch).filter(([, value]) => value !== undefined);
  const values: unknown[] = [workspaceId, channelId, lease.owner, lease.fence, now];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const sets = ["updated_at = $5", ...columns.map(([name, value]) => `${name} = ${bind(value)}`)];
  if (patch.state !== undefined) sets.push(`since = case when o.state = ${bind(patch.state)} then o.since else $5 end`);
  if (doneCommand !== undefined) {
    const isDone = `o.command_no = ${bind(doneCommand)}::int`;
    sets.push(`command = case when ${isDone} then null else o.command end`);
    sets.push(`command_data = case when ${isDone} then null else o.command_data end`);
  }
  // a log-out ends the queue, whose rows may be recorded at this moment: see fail-stranded.ts
  await txRetry(app.db, { workspaceIds: [workspaceId] }, async (tx) => {
    const [row] = await tx.query<{
      state: SessionState;
      reason: string | null;
      was: SessionState;
      was_reason: string | null;
    }>(
      `update session s set ${sets.join(", ")}
       from (select x.* from session x join session_lease l on l.workspace_id = x.workspace_id and l.channel_id = x.channel_id
         where x.workspace_id = $1 and x.channel_id = $2 and l.owner = $3 and l.fence = $4 for update of x for share of l) o
       where s.workspace_id = $1 and s.channel_id = $2
       returning s.state, s.reason, o.state as was, o.reason as was_reason`,
      values,
    );
    if (!row) throw new FencedOut("another process owns the session");
    app.bus.publish(tx, SESSION_CHANGED_TOPIC, channelId);
    if (row.state === row.was && row.reason === row.was_reason) return;
    const { state, reason } = row;
    await app.emit(tx, sessionChanged, [{ workspaceId, channelId, payload: { channelId, state, reason } }]);
    await followSession(app, tx, { workspaceId, channelId, was: row.was, state });
  });
}
