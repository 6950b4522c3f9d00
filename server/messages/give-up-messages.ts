import type pg from "pg";
import { outcomeUnknownError } from "./message-error.ts";
import { statusRank } from "./message-status.ts";

/**
 * Fails messages of a database that was put back, whose outcome nobody knows; how many. Those that a status proved sent stay. Without events:
 * they are of the time before the backup. Needs a client that row-level security does not bind.
 */
export async function giveUpMessages(
  client: pg.ClientBase,
  lost: readonly { workspaceId: string; messageId: string }[],
  now: Date,
): Promise<number> {
  const { rowCount } = await client.query(
    `update message m set status = $4, failed_at = $3, error = $6 from unnest($1::text[], $2::text[]) as l (workspace_id, id)
     where m.workspace_id = l.workspace_id and m.id = l.id and m.status < $5`,
    [
      ...[lost.map((row) => row.workspaceId), lost.map((row) => row.messageId), now],
      ...[statusRank("failed"), statusRank("sent"), JSON.stringify(outcomeUnknownError)],
    ],
  );
  return rowCount ?? 0;
}
