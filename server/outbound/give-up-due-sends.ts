import type pg from "pg";
import { giveUpMessages } from "../messages/give-up-messages.ts";

/**
 * For a database that was put back from a backup: what was due, or under way, may have gone out since. It is not sent again but reported
 * as `message.outcome_unknown` and left to a person; what is scheduled for later stays. Returns how many messages. Needs a client that
 * row-level security does not bind.
 */
export async function giveUpDueSends(client: pg.ClientBase, now: Date): Promise<number> {
  const { rows } = await client.query<{ workspaceId: string; messageId: string }>(
    `delete from outbox where due_at <= $1 or state <> 'waiting' returning workspace_id as "workspaceId", message_id as "messageId"`,
    [now],
  );
  return giveUpMessages(client, rows, now);
}
