import type { App } from "../platform/context.ts";
import { attachmentUpdated } from "./media.ts";
import type { StoredMedia } from "./store-media.ts";

export interface MediaPlace {
  message_id: string;
  conversation_id: string;
  channel_id: string;
}

/** The end of a fetch: what was stored, or why it was not. What was removed or erased meanwhile leaves nothing. */
export async function finishMedia(
  app: App,
  workspaceId: string,
  attachmentId: string,
  place: MediaPlace,
  errorCode: string | null,
  stored?: StoredMedia,
): Promise<void> {
  const isKept = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.query(
      `update attachment set state = $3, error_code = $4, mime_type = coalesce($5, mime_type), bytes = coalesce($6, bytes),
         width = $7, height = $8, sha256 = coalesce($9, sha256), blob_name = $10, blob_key = $11, stored_at = $12
       where workspace_id = $1 and id = $2 and state = 'pending' returning id`,
      [
        ...[workspaceId, attachmentId, stored ? "stored" : "failed", errorCode],
        ...[stored?.mimeType ?? null, stored?.bytes ?? null, stored?.width ?? null, stored?.height ?? null],
        ...[stored?.sha256 ?? null, stored?.blobName ?? null, stored?.blobKey ?? null, app.clock.now()],
      ],
    );
    if (rows.length === 0) return false;
    await app.emit(tx, attachmentUpdated, [
      {
        workspaceId,
        channelId: place.channel_id,
        conversationId: place.conversation_id,
        payload: { attachmentId, messageId: place.message_id },
      },
    ]);
    return true;
  });
  // removed or erased while the bytes were on their way
  if (!isKept && stored) await app.blobs.remove([stored.blobName]);
}
