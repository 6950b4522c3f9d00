// One owner a session. The fence grows with each owner, and every write of a session carries it: whoever lost the lease, and does
// not know it yet, finds no row to write to.
import type { App } from "../platform/context.ts";

type LeaseApp = Pick<App, "db" | "clock">;

export interface Lease {
  workspaceId: string;
  channelId: string;
  owner: string;
  fence: number;
}

export const RENEW_MS = 5_000;
/**
 * Four missed heartbeats: so long an owner may be stuck, or its machine away. One whose process ended is known to be dead sooner, because
 * the database ends its connection (`Bus.show`); the next owner looks within 2 s.
 */
export const TTL_MS = 20_000;
/** Who renewed a lease within this time lives, though the connection that shows it is lost: a heartbeat, and time for it to arrive. */
const FRESH_MS = 7_000;

/** Leases that end later were renewed lately. */
export const freshAfter = (now: Date): Date => new Date(now.getTime() + TTL_MS - FRESH_MS);

export interface Wanted {
  workspaceId: string;
  channelId: string;
}

/**
 * Takes sessions that nobody owns, or whose owner was silent for too long or is among `gone`, the owners that were seen dead, and renewed
 * nothing lately. Returns
 * those that were won; others were faster with the rest. An owner that was taken for dead and is not, is fenced out as any other.
 */
export async function acquireLeases(
  app: LeaseApp,
  owner: string,
  wanted: readonly Wanted[],
  gone: readonly string[] = [],
): Promise<Lease[]> {
  if (wanted.length === 0) return [];
  const now = app.clock.now();
  const rows = await app.db.tx({ workspaceIds: [...new Set(wanted.map((one) => one.workspaceId))] }, (tx) =>
    tx.named<{ workspace_id: string; channel_id: string; fence: string }>(
      "session.acquire",
      // in the order of the key, as those who write steps lock
      `insert into session_lease as l (workspace_id, channel_id, owner, fence, expires_at)
       select s.workspace_id, s.channel_id, $3, 1, $4 from unnest($1::text[], $2::text[]) as x (w, c)
         join session s on s.workspace_id = x.w and s.channel_id = x.c order by 1, 2
       on conflict (workspace_id, channel_id) do update set owner = excluded.owner, fence = l.fence + 1, expires_at = excluded.expires_at
         where l.expires_at <= $5 or l.owner = excluded.owner or l.owner = any ($6::text[]) and l.expires_at <= $7
       returning workspace_id, channel_id, fence`,
      [
        ...[wanted.map((one) => one.workspaceId), wanted.map((one) => one.channelId)],
        ...[owner, new Date(now.getTime() + TTL_MS), now, gone, freshAfter(now)],
      ],
    ),
  );
  return rows.map((row) => ({
    ...{ workspaceId: row.workspace_id, channelId: row.channel_id, owner, fence: Number(row.fence) },
  }));
}

/** Returns the leases that are still ours. */
export async function renewLeases(app: LeaseApp, leases: readonly Lease[]): Promise<Set<string>> {
  if (leases.length === 0) return new Set();
  const rows = await app.db.tx({ workspaceIds: [...new Set(leases.map((lease) => lease.workspaceId))] }, (tx) =>
    tx.named<{ channel_id: string }>(
      "session.renew",
      // locked in the order of the key, as those who write steps do
      `with mine as (select l.workspace_id, l.channel_id from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as x (w, c, o, f)
           join session_lease l on l.workspace_id = x.w and l.channel_id = x.c and l.owner = x.o and l.fence = x.f
         order by l.workspace_id, l.channel_id for no key update of l)
       update session_lease l set expires_at = $5 from mine m
       where l.workspace_id = m.workspace_id and l.channel_id = m.channel_id returning l.channel_id`,
      [
        ...[leases.map((lease) => lease.workspaceId), leases.map((lease) => lease.channelId)],
        ...[leases.map((lease) => lease.owner), leases.map((lease) => lease.fence)],
        new Date(app.clock.ms() + TTL_MS),
      ],
    ),
  );
  return new Set(rows.map((row) => row.channel_id));
}

/** Hands a session over: the next owner need not wait. */
export async function releaseLease(app: LeaseApp, lease: Lease): Promise<void> {
  await app.db.tx({ workspaceIds: [lease.workspaceId] }, (tx) =>
    tx.named(
      "session.release",
      `update session_lease set expires_at = $5 where workspace_id = $1 and channel_id = $2 and owner = $3 and fence = $4`,
      [lease.workspaceId, lease.channelId, lease.owner, lease.fence, app.clock.now()],
    ),
  );
}
