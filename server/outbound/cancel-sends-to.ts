import { cancelledError } from "../messages/message-error.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { failAll, type FailApp } from "./fail-waiting.ts";

const theirs =
  "o.conversation_id in (select v.id from conversation v where v.workspace_id = $1 and v.contact_id = any ($2::text[]))";

/**
 * Takes everything that waits for these people out of the outbox; returns how many. What a provider is being told right now may still
 * arrive. The messages are not settled: whoever calls deletes them.
 */
export async function cancelSendsTo(tx: Tx, workspaceId: string, contactIds: readonly string[]): Promise<number> {
  const gone = await tx.query(
    `delete from outbox o where o.workspace_id = $1 and o.state = 'waiting' and ${theirs} returning o.message_id`,
    [workspaceId, contactIds],
  );
  return gone.length;
}

/** The same for people whose messages stay: each becomes `failed` with `message.cancelled`. */
export const failSendsTo = (
  app: FailApp & Pick<App, "db">,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<void> => failAll(app, workspaceId, { where: theirs, values: [contactIds], error: cancelledError });
