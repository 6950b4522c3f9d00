import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { StatusChange } from "./apply-statuses.ts";
import { messageDelivered, messageFailed, messagePlayed, messageRead, messageSent } from "./message-events.ts";

const events = {
  sent: messageSent,
  failed: messageFailed,
  delivered: messageDelivered,
  read: messageRead,
  played: messagePlayed,
} as const;

/** One event for each status that was reached, lowest first, in one batch a status. */
export async function emitStatusChanges(
  app: Pick<App, "emit">,
  tx: Tx,
  changes: readonly StatusChange[],
): Promise<void> {
  for (const step of ["sent", "failed", "delivered", "read", "played"] as const) {
    const items = changes
      .filter((change) => change.reached.includes(step))
      .map(({ workspaceId, messageId, conversationId, contactId, channelId }) => ({
        workspaceId,
        channelId,
        conversationId,
        payload: { messageId, conversationId, contactId, channelId },
      }));
    await app.emit(tx, events[step], items);
  }
}
