import { outcomeUnknownError } from "../messages/message-error.ts";
import { settleMessages } from "../messages/settle-messages.ts";
import { statusRank } from "../messages/message-status.ts";
import type { App } from "../platform/context.ts";
import { UPLOAD_TIMEOUT_MS } from "./send.ts";

/** How long a status may take to prove that a message went out, before we say that nobody knows. */
export const OUTCOME_WAIT_MS = 120_000;

/**
 * Sends whose answer was lost: the process died between the call and its record, or the connection broke. A status that carried our
 * message id has moved the message on: its row goes. Without one after 120 s the message is reported as `message.outcome_unknown`
 * and left to a person. It is never sent again by itself.
 */
export async function settleLostSends(app: App, owner: string): Promise<void> {
  const before = new Date(app.clock.ms() - OUTCOME_WAIT_MS);
  // another process may still be handing over a big file
  const uploadingBefore = new Date(app.clock.ms() - OUTCOME_WAIT_MS - UPLOAD_TIMEOUT_MS);
  // the next owner of a session sends again what the last one left (resume-sends.ts)
  const resuming = Object.values(app.providers).flatMap(({ id, receive }) => (receive.mode === "session" ? [id] : []));
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ id: string }>("outbox.unsettled", "select w as id from kw.unsettled_workspaces($1) w", [
      app.clock.now(),
    ]),
  );
  const workspaceIds = workspaces.map((row) => row.id);
  if (workspaceIds.length === 0) return;
  await app.db.tx({ workspaceIds }, async (tx) => {
    const rows = await tx.named<{ workspace_id: string; channel_id: string; message_id: string; status: number }>(
      "outbox.settle",
      `with lost as (select o.workspace_id, o.message_id, o.channel_id, m.status from outbox o
         join message m on m.workspace_id = o.workspace_id and m.id = o.message_id
         join channel c on c.workspace_id = o.workspace_id and c.id = o.channel_id and c.provider <> all ($6::text[])
         where o.workspace_id = any ($1::text[]) and (o.state = 'unsettled' or o.state = 'sending' and o.owner is distinct from $2)
           and (m.status >= $3 or o.attempted_at < case when o.state = 'sending' and exists (select 1 from attachment a
             where a.workspace_id = o.workspace_id and a.message_id = o.message_id) then $5::timestamptz else $4 end)
         order by o.workspace_id, o.message_id for update of o skip locked)
       delete from outbox o using lost l where o.workspace_id = l.workspace_id and o.message_id = l.message_id
       returning l.workspace_id, l.channel_id, l.message_id, l.status`,
      [workspaceIds, owner, statusRank("sent"), before, uploadingBefore, resuming],
    );
    await settleMessages(
      app,
      tx,
      rows
        .filter((row) => row.status < statusRank("sent"))
        .map((row) => ({
          workspaceId: row.workspace_id,
          channelId: row.channel_id,
          messageId: row.message_id,
          error: outcomeUnknownError,
        })),
    );
  });
}
