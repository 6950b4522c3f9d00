import { channelConnected, channelDisconnected, type ChannelDownReason } from "../channels/channel-events.ts";
import type { App } from "../platform/context.ts";

interface Changed {
  workspace_id: string;
  channel_id: string;
  is_up: boolean;
  reason: ChannelDownReason | null;
}

/**
 * Looks at all channels of the installation by one statement over what is stored; no provider is asked. Where an outage begins or ends, the event
 * says so, and its reaction writes the incident. After a crash in between, the next minute finds the same change again.
 */
export async function probeChannels(app: Pick<App, "db" | "emit">, at: Date): Promise<void> {
  const changed = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<Changed>("uptime.probe_channels", "select * from kw.probe_channels($1)", [at]),
  );
  if (changed.length === 0) return;
  const items = (some: readonly Changed[]) =>
    some.map(({ workspace_id: workspaceId, channel_id: channelId, reason }) => ({
      ...{ workspaceId, channelId },
      payload: { channelId, reason: reason ?? "check_failed" },
    }));
  await app.db.tx({ workspaceIds: [...new Set(changed.map((row) => row.workspace_id))] }, async (tx) => {
    await app.emit(tx, channelDisconnected, items(changed.filter((row) => !row.is_up)));
    await app.emit(
      tx,
      channelConnected,
      items(changed.filter((row) => row.is_up)).map(({ payload, ...item }) => ({
        ...item,
        payload: { channelId: payload.channelId },
      })),
    );
  });
}
