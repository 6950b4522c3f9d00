import { mediaUnusable } from "../messages/send-problems.ts";
import type { Ctx } from "../platform/context.ts";
import type { DataKey } from "../platform/keyring.ts";
import type { MediaKind } from "../providers/message-content.ts";
import type { Capabilities } from "../providers/provider.ts";
import { reseal } from "./media-keys.ts";

export interface AttachTo {
  messageId: string;
  channelId: string;
  contactId: string;
  key: DataKey;
  limits: Capabilities["media"];
}

interface Upload {
  id: string;
  kind: string;
  mime_type: string | null;
  bytes: number;
  blob_key: Buffer | null;
  details: Buffer | null;
}

/**
 * Gives uploads to a message: each may be used once. Their keys move from the workspace to the contact, so that erasing the contact
 * ends them too. @throws media.unusable (unknown, used already, wrong type or too big for the channel)
 */
export async function attachToMessage(ctx: Ctx, ids: readonly string[], to: AttachTo): Promise<void> {
  if (ids.length === 0) return;
  const { workspaceId } = ctx;
  const uploads = await ctx.tx.named<Upload>(
    "attachment.unsent",
    `select id, kind, mime_type, bytes, blob_key, details from attachment
     where workspace_id = $1 and id = any ($2::text[]) and message_id is null and state = 'stored' for update`,
    [workspaceId, ids],
  );
  if (uploads.length !== new Set(ids).size)
    throw mediaUnusable({ detail: "An attachment is unknown or was used already." });
  for (const upload of uploads) assertWithin(upload, to.limits);
  const move = (upload: Upload, column: "blob_key" | "details") =>
    reseal(ctx.keyring, to.key, { workspaceId, attachmentId: upload.id, column }, upload[column]);
  await ctx.tx.named(
    "attachment.attach",
    `update attachment a set message_id = $2, channel_id = $3, contact_id = $4, blob_key = x.blob_key, details = x.details
     from unnest($5::text[], $6::bytea[], $7::bytea[]) as x (id, blob_key, details) where a.workspace_id = $1 and a.id = x.id`,
    [
      workspaceId,
      to.messageId,
      to.channelId,
      to.contactId,
      uploads.map((upload) => upload.id),
      uploads.map((upload) => move(upload, "blob_key")),
      uploads.map((upload) => move(upload, "details")),
    ],
  );
}

function assertWithin(upload: Upload, limits: Capabilities["media"]): void {
  const kind = (upload.kind === "voice" ? "audio" : upload.kind) as MediaKind;
  const limit = limits[kind].value;
  if (upload.bytes > Math.max(limit.maxBytes, limit.maxBytesAnimated ?? 0))
    throw mediaUnusable({ detail: `${kind} may have ${limit.maxBytes} bytes on this channel.` });
  // documents of other types are accepted in practice
  if (kind !== "document" && !limit.mimeTypes.includes(upload.mime_type ?? ""))
    throw mediaUnusable({ detail: `${kind} must be one of ${limit.mimeTypes.join(", ")} on this channel.` });
}
