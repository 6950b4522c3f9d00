import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { ChannelChanged, ProviderErrorReported } from "../providers/inbound-event.ts";
import { channelUpdated } from "./channel-events.ts";
import { CHANNEL_CHANGED_TOPIC, type LiveChannel } from "./channel-directory.ts";

export type ChannelsApp = Pick<App, "emit" | "clock" | "bus">;

/**
 * Records what a provider reported about numbers and accounts: for the health screen, newest per kind. A report that stops
 * sending marks the channel as needing attention.
 */
export async function applyChannelChanges(
  app: ChannelsApp,
  tx: Tx,
  changes: readonly { channel: LiveChannel; event: ChannelChanged }[],
  errors: readonly { channel: LiveChannel; event: ProviderErrorReported }[],
): Promise<void> {
  if (changes.length === 0 && errors.length === 0) return;
  const now = app.clock.now();
  for (const { channel, event } of changes) {
    if (event.phone !== undefined && (await isAboutAnother(tx, channel, event.phone))) continue;
    const report = {
      event: event.providerEvent,
      severity: event.severity,
      at: event.occurredAt.getTime() > 0 ? event.occurredAt : now,
      values: event.details,
    };
    await tx.query(
      `insert into channel_health (workspace_id, channel_id, details, updated_at) values ($1, $2, jsonb_build_object($3::text, $4::jsonb), $5)
       on conflict (workspace_id, channel_id) do update set updated_at = $5,
         details = channel_health.details || jsonb_build_object($3::text, $4::jsonb)
         where coalesce((channel_health.details -> $3 ->> 'at')::timestamptz <= ($4::jsonb ->> 'at')::timestamptz, true)`,
      [channel.workspaceId, channel.id, event.change, JSON.stringify(report), now],
    );
    if (event.severity === "stop") {
      await tx.query(
        `update channel set status = 'needs_attention', updated_at = $3
         where workspace_id = $1 and id = $2 and status in ('connected', 'verifying')`,
        [channel.workspaceId, channel.id, now],
      );
      app.bus.publish(tx, CHANNEL_CHANGED_TOPIC, channel.id);
    }
  }
  for (const { channel, event } of errors) {
    await tx.query(
      `insert into channel_health (workspace_id, channel_id, last_error_at, last_error_code, updated_at) values ($1, $2, $3, $4, $3)
       on conflict (workspace_id, channel_id) do update
         set last_error_at = excluded.last_error_at, last_error_code = excluded.last_error_code, updated_at = excluded.updated_at`,
      [channel.workspaceId, channel.id, now, event.fault.code],
    );
  }
  const touched = new Map([...changes, ...errors].map(({ channel }) => [channel.id, channel]));
  await app.emit(
    tx,
    channelUpdated,
    [...touched.values()].map(({ workspaceId, id }) => ({ workspaceId, channelId: id, payload: { channelId: id } })),
  );
}

/** Events of an account reach each of its channels; one that names a number concerns that number only. */
async function isAboutAnother(tx: Tx, channel: LiveChannel, phone: string): Promise<boolean> {
  const [row] = await tx.query<{ phone: string | null }>(
    "select details ->> 'phone' as phone from channel_health where workspace_id = $1 and channel_id = $2",
    [channel.workspaceId, channel.id],
  );
  return row?.phone !== undefined && row.phone !== null && row.phone !== phone;
}
