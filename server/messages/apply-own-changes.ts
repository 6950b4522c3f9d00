import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { replaceContents, withdrawMessages } from "./change-messages.ts";
import { contentSubject, openContent, sealContent } from "./message-content.ts";
import { messageDeleted, messageEdited } from "./message-events.ts";

/** An edit (`text`) or a withdrawal (null) of a message of ours that the network took. */
export interface OwnChange {
  workspaceId: string;
  /** the message that is changed */
  messageId: string;
  text: string | null;
}

interface Row {
  workspace_id: string;
  id: string;
  channel_id: string;
  conversation_id: string;
  contact_id: string;
  content: Buffer | null;
  content_mode: string;
}

/**
 * The messages say from now on what the network's say. An edit is sealed by the rules of its channel as they are now; one of a message
 * whose content is gone brings nothing back. A withdrawal destroys the message and every edit of it.
 */
export async function applyOwnChanges(
  app: Pick<App, "clock" | "keyring" | "emit">,
  tx: Tx,
  changes: readonly OwnChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const now = app.clock.now();
  const rows = await tx.named<Row>(
    "message.own_changed",
    `select m.workspace_id, m.id, m.channel_id, m.conversation_id, m.contact_id, m.content, c.content_mode
     from message m join (select distinct * from unnest($1::text[], $2::text[]) as u (w, i)) x on m.workspace_id = x.w and m.id = x.i
       join channel c on c.workspace_id = m.workspace_id and c.id = m.channel_id
     where m.deleted_at is null order by m.id for update of m`,
    [changes.map((change) => change.workspaceId), changes.map((change) => change.messageId)],
  );
  // the last of several stands; nothing is edited that is withdrawn with it
  const byId = new Map<string, OwnChange>();
  for (const change of changes)
    if (byId.get(change.messageId)?.text !== null || change.text === null) byId.set(change.messageId, change);
  const withdrawn = rows.filter((row) => byId.get(row.id)?.text === null);
  const edited = rows.flatMap((row) => {
    const { text = null } = byId.get(row.id) ?? {};
    const content = text === null ? null : resealed(app, row, text, now);
    return content ? [{ row, content }] : [];
  });
  await replaceContents(
    tx,
    edited.map(({ row, content }) => ({
      ...{ workspaceId: row.workspace_id, id: row.id, type: "text", content, editedAt: now },
    })),
  );
  await withdrawMessages(
    tx,
    withdrawn.map((row) => ({ workspaceId: row.workspace_id, id: row.id, deletedAt: now })),
  );
  await destroyEdits(tx, withdrawn, now);
  const item = ({ workspace_id: workspaceId, id: messageId, ...row }: Row) => ({
    ...{ workspaceId, channelId: row.channel_id, conversationId: row.conversation_id },
    payload: {
      messageId,
      conversationId: row.conversation_id,
      contactId: row.contact_id,
      channelId: row.channel_id,
    },
  });
  await app.emit(
    tx,
    messageEdited,
    edited.map(({ row }) => item(row)),
  );
  await app.emit(tx, messageDeleted, withdrawn.map(item));
}

function resealed(app: Pick<App, "keyring">, row: Row, text: string, now: Date): Buffer | null {
  const { workspace_id: workspaceId, id, channel_id: channelId } = row;
  const stored = openContent(app.keyring, "deliver", { workspaceId, id, content: row.content });
  if (!stored || !("body" in stored) || stored.body.type !== "text") return null;
  const subject = contentSubject({ id: channelId, contentMode: row.content_mode }, row.contact_id, now);
  try {
    const key = app.keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
    return key ? sealContent(key, workspaceId, id, { ...stored, body: { ...stored.body, text } }) : null;
  } catch (error) {
    // erased while the edit was under way
    if (error instanceof KeyDestroyed) return null;
    throw error;
  }
}

/** What the edits of a withdrawn message said. Plan: message_thread, from the message on. */
async function destroyEdits(tx: Tx, withdrawn: readonly Row[], now: Date): Promise<void> {
  if (withdrawn.length === 0) return;
  await tx.named(
    "message.destroy_edits",
    `update message e set content = null, content_destroyed_at = $3 from unnest($1::text[], $2::text[]) as x (w, i)
       join message m on m.workspace_id = x.w and m.id = x.i
     where e.workspace_id = m.workspace_id and e.conversation_id = m.conversation_id and e.sort_at >= m.sort_at and e.type = 'edit'
       and e.reply_to_index = m.provider_message_index and e.content_destroyed_at is null`,
    [withdrawn.map((row) => row.workspace_id), withdrawn.map((row) => row.id), now],
  );
}
