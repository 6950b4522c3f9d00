import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { CHANNEL_CHANGED_TOPIC } from "./channel-directory.ts";
import { channelConnected, channelDisconnected, type ChannelDownReason } from "./channel-events.ts";

/** Where a session stands decides what the channel is: connected while it is linked and wanted, else a matter for somebody. */
const statusOf: Readonly<Record<string, "verifying" | "connected" | "needs_attention">> = {
  unpaired: "verifying",
  pairing: "verifying",
  connected: "connected",
  restricted: "connected",
  replaced: "needs_attention",
  logged_out: "needs_attention",
  failed: "needs_attention",
};

const downReasonOf: Readonly<Record<string, ChannelDownReason>> = {
  unpaired: "session_logged_out",
  replaced: "session_replaced",
  logged_out: "session_logged_out",
  failed: "session_failed",
};

/** The channel's status after its session changed. A short loss of the connection changes nothing. */
export async function followSession(
  app: Pick<App, "emit" | "clock" | "bus">,
  tx: Tx,
  session: { workspaceId: string; channelId: string; was: string; state: string },
): Promise<void> {
  const { workspaceId, channelId, state } = session;
  const status = statusOf[state];
  if (status === undefined) return;
  const [row] = await tx.query<{ was: string }>(
    `update channel c set status = $3, updated_at = $4,
       verified_at = case when $3 = 'connected' then coalesce(c.verified_at, $4) else c.verified_at end
     from (select status from channel where workspace_id = $1 and id = $2 for update) o
     where c.workspace_id = $1 and c.id = $2 and c.deleted_at is null and o.status <> $3 returning o.status as was`,
    [workspaceId, channelId, status, app.clock.now()],
  );
  if (!row) return;
  const item = { workspaceId, channelId, payload: { channelId } };
  if (status === "connected") await app.emit(tx, channelConnected, [item]);
  else if (row.was === "connected")
    await app.emit(tx, channelDisconnected, [{ ...item, payload: { channelId, reason: downReasonOf[state] } }]);
  app.bus.publish(tx, CHANNEL_CHANGED_TOPIC, channelId);
}
