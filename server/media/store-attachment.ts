import type { App } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import type { DataKey } from "../platform/keyring.ts";
import { seal } from "../platform/seal.ts";
import { attachmentPlace } from "./attachment-places.ts";
import type { AttachmentKind } from "./insert-attachments.ts";
import { MAX_UPLOAD_BYTES } from "./media.ts";
import { storeMedia } from "./store-media.ts";

const kinds: readonly AttachmentKind[] = ["image", "video", "audio", "voice", "document", "sticker"];

/** Stores a file that came along with its message, not from a provider. */
export async function storeAttachment(
  app: Pick<App, "db" | "blobs" | "clock"> & { workspaceId: string },
  key: DataKey,
  file: {
    messageId: string;
    channelId: string;
    contactId: string;
    kind: string;
    mimeType: string | null;
    fileName: string | null;
    bytes: AsyncIterable<Uint8Array>;
  },
): Promise<void> {
  const { workspaceId } = app;
  const id = newId("att", app.clock.ms());
  const stored = await storeMedia(app, key, { workspaceId, attachmentId: id }, file.bytes, {
    maxBytes: MAX_UPLOAD_BYTES,
    claimedType: file.mimeType ?? "application/octet-stream",
  });
  const details = { id: "", mimeType: stored.mimeType, ...(file.fileName === null ? {} : { filename: file.fileName }) };
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query(
      `insert into attachment (workspace_id, id, message_id, channel_id, contact_id, kind, state, mime_type, bytes, width, height, sha256,
         details, blob_name, blob_key, created_at, stored_at)
       values ($1, $2, $3, $4, $5, $6, 'stored', $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`,
      [
        ...[workspaceId, id, file.messageId, file.channelId, file.contactId],
        ...[
          kinds.find((kind) => kind === file.kind) ?? "document",
          stored.mimeType,
          stored.bytes,
          stored.width,
          stored.height,
        ],
        ...[stored.sha256, seal(key, attachmentPlace(workspaceId, id, "details"), JSON.stringify(details))],
        ...[stored.blobName, stored.blobKey, app.clock.now()],
      ],
    ),
  );
}
