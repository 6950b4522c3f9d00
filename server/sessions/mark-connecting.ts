import type { App } from "../platform/context.ts";
import type { Lease } from "./lease.ts";
import { SESSION_CHANGED_TOPIC, sessionChanged } from "./session-events.ts";

/**
 * What was connected with an earlier owner is not any more: said of all that were taken over in one transaction, because each state is an
 * event in its workspace's order, and hundreds of transactions would wait for each other there.
 */
export async function markConnecting(
  app: Pick<App, "db" | "clock" | "emit" | "bus">,
  leases: readonly Lease[],
): Promise<void> {
  const [first] = leases;
  if (!first) return;
  await app.db.tx({ workspaceIds: [...new Set(leases.map((lease) => lease.workspaceId))] }, async (tx) => {
    const rows = await tx.named<{ workspace_id: string; channel_id: string }>(
      "session.mark_connecting",
      // locked in the order of the key, as those who write steps do
      `with mine as (select s.workspace_id, s.channel_id from unnest($1::text[], $2::text[], $3::bigint[]) as x (w, c, f)
           join session_lease l on l.workspace_id = x.w and l.channel_id = x.c and l.owner = $4 and l.fence = x.f
           join session s on s.workspace_id = x.w and s.channel_id = x.c and s.state in ('connected', 'restricted') and s.is_wanted
             and s.command is null
         order by s.workspace_id, s.channel_id for update of s for share of l)
       update session s set state = 'connecting', reason = null, since = $5, updated_at = $5 from mine m
       where s.workspace_id = m.workspace_id and s.channel_id = m.channel_id returning s.workspace_id, s.channel_id`,
      [
        ...[leases.map((lease) => lease.workspaceId), leases.map((lease) => lease.channelId)],
        ...[leases.map((lease) => lease.fence), first.owner, app.clock.now()],
      ],
    );
    for (const row of rows) app.bus.publish(tx, SESSION_CHANGED_TOPIC, row.channel_id);
    const items = rows.map(({ workspace_id: workspaceId, channel_id: channelId }) => ({
      ...{ workspaceId, channelId },
      payload: { channelId, state: "connecting" as const, reason: null },
    }));
    await app.emit(tx, sessionChanged, items);
  });
}
