import type { Tx } from "../platform/db.ts";
import type { DataKey } from "../platform/keyring.ts";
import { seal } from "../platform/seal.ts";
import type { MessageContent, MediaRef } from "../providers/message-content.ts";
import { attachmentPlace } from "./attachment-places.ts";

export type AttachmentKind = "image" | "video" | "audio" | "voice" | "document" | "sticker";

/** A medium that was announced and is still at the provider. */
export interface PendingAttachment {
  workspaceId: string;
  id: string;
  messageId: string;
  channelId: string;
  contactId: string;
  kind: AttachmentKind;
  media: MediaRef;
  key: DataKey;
}

/** The medium of a message, if it has one. */
export function mediaOf(content: MessageContent): { kind: AttachmentKind; media: MediaRef } | undefined {
  if (!("media" in content)) return undefined;
  return { kind: content.kind === "audio" && content.isVoice ? "voice" : content.kind, media: content.media };
}

/** Writes what a job will fetch. State `pending`. */
export async function insertAttachments(tx: Tx, items: readonly PendingAttachment[], now: Date): Promise<void> {
  if (items.length === 0) return;
  await tx.named(
    "attachment.insert",
    `insert into attachment (workspace_id, id, message_id, channel_id, contact_id, kind, state, mime_type, bytes, sha256, details,
       created_at)
     select w, i, m, ch, ct, k, 'pending', t, b, h, d, $11 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
       $6::text[], $7::text[], $8::bigint[], $9::bytea[], $10::bytea[]) as x (w, i, m, ch, ct, k, t, b, h, d)`,
    [
      items.map((item) => item.workspaceId),
      items.map((item) => item.id),
      items.map((item) => item.messageId),
      items.map((item) => item.channelId),
      items.map((item) => item.contactId),
      items.map((item) => item.kind),
      items.map((item) => item.media.mimeType),
      items.map((item) => item.media.byteLength ?? null),
      items.map((item) => (item.media.sha256 === undefined ? null : Buffer.from(item.media.sha256, "hex"))),
      items.map((item) =>
        seal(item.key, attachmentPlace(item.workspaceId, item.id, "details"), JSON.stringify(item.media)),
      ),
      now,
    ],
  );
}

/** The media of withdrawn messages: without its key a blob is noise; the sweep removes it. */
export async function removeAttachments(tx: Tx, workspaceIds: string[], messageIds: string[]): Promise<void> {
  await tx.named(
    "attachment.remove",
    `update attachment a set state = 'removed', blob_key = null, details = null
     from unnest($1::text[], $2::text[]) as x (w, m) where a.workspace_id = x.w and a.message_id = x.m`,
    [workspaceIds, messageIds],
  );
}

/** The media of messages whose content goes: nothing of them is kept. The sweep removes the blobs, and the rows after them. */
export async function dropAttachments(tx: Tx, workspaceId: string, messageIds: string[]): Promise<number> {
  const rows = await tx.named(
    "attachment.drop",
    `update attachment set message_id = null, state = 'removed', blob_key = null, details = null, sha256 = null
     where workspace_id = $1 and message_id = any ($2::text[]) returning 1`,
    [workspaceId, messageIds],
  );
  return rows.length;
}
