import type { App } from "../platform/context.ts";
import { OUTBOX_TOPIC } from "./claim.ts";

/**
 * Messages that an earlier owner of a session was sending when it ended. Such a network takes a message again under the id it had,
 * and shows it once: they go back to the queue. Call it only as the one owner of the channel's connection.
 */
export async function resumeSends(
  app: Pick<App, "db" | "bus" | "clock">,
  { workspaceId, channelId }: { workspaceId: string; channelId: string },
): Promise<void> {
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.named<{ message_id: string }>(
      "outbox.resume",
      `with back as (update outbox set state = 'waiting', owner = null
         where workspace_id = $1 and channel_id = $2 and state in ('sending', 'unsettled') returning workspace_id, message_id, attempts),
       closed as (update send_attempt a set finished_at = $3, outcome = 'interrupted' from back b
         where a.workspace_id = b.workspace_id and a.message_id = b.message_id and a.attempt = b.attempts and a.finished_at is null)
       select message_id from back`,
      [workspaceId, channelId, app.clock.now()],
    );
    if (rows.length > 0) app.bus.publish(tx, OUTBOX_TOPIC, "");
  });
}
