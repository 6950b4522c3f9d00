import type { App } from "../platform/context.ts";
import { conversationUpdated } from "./conversation-events.ts";

const PAGE = 500;

/** Reopens conversations whose snooze is over. One that was woken or snoozed anew meanwhile is left alone. */
export async function wakeSnoozed(app: App): Promise<void> {
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.snooze_workspaces($1) w", [app.clock.now()]),
  );
  for (const { id: workspaceId } of workspaces) {
    for (let count = PAGE; count === PAGE;) count = await wakePage(app, workspaceId);
  }
}

async function wakePage(app: App, workspaceId: string): Promise<number> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.named<{ id: string; channel_id: string }>(
      "conversation.wake",
      `update conversation c set status = 'open', snoozed_until = null, updated_at = $2
       from (select id from conversation where workspace_id = $1 and status = 'snoozed' and snoozed_until <= $2
         order by id limit ${PAGE} for update skip locked) due
       where c.workspace_id = $1 and c.id = due.id returning c.id, c.channel_id`,
      [workspaceId, app.clock.now()],
    );
    await app.emit(
      tx,
      conversationUpdated,
      rows.map(({ id: conversationId, channel_id: channelId }) => ({
        ...{ workspaceId, channelId, conversationId },
        payload: { conversationId, changed: ["status" as const, "snooze" as const] },
      })),
    );
    return rows.length;
  });
}
