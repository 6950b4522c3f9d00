import { mediaUnusable } from "../messages/send-problems.ts";
import type { SentAttachmentKind, UsedAttachment } from "../messages/new-message.ts";
import type { Ctx } from "../platform/context.ts";
import type { DataKey } from "../platform/keyring.ts";
import type { ProblemError } from "../platform/problem.ts";
import type { MediaKind } from "../providers/message-content.ts";
import type { Capabilities } from "../providers/provider.ts";
import { attachmentPlace } from "./attachment-places.ts";
import { reseal } from "./media-keys.ts";

export interface Upload {
  id: string;
  kind: SentAttachmentKind;
  mimeType: string;
  bytes: number;
  blobKey: Buffer | null;
  details: Buffer | null;
}

export interface WantedUploads {
  messageId: string;
  attachments: readonly UsedAttachment[];
  limits: Capabilities["media"];
}

/**
 * Locks the uploads that messages want, each for one message only. A message that cannot have all of its files gets
 * `media.unusable` instead: unknown, used already, wrong type or too big for the channel.
 */
export async function takeUploads(
  ctx: Ctx,
  wanted: readonly WantedUploads[],
): Promise<Map<string, readonly Upload[] | ProblemError>> {
  const ids = wanted.flatMap((item) => item.attachments.map(({ id }) => id));
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.named<Omit<Upload, "kind">>(
    "attachment.unsent",
    `select id, coalesce(mime_type, '') as "mimeType", bytes, blob_key as "blobKey", details from attachment
     where workspace_id = $1 and id = any ($2::text[]) and message_id is null and state = 'stored' order by id for update`,
    [ctx.workspaceId, ids],
  );
  const free = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    wanted.map(({ messageId, attachments, limits }): [string, readonly Upload[] | ProblemError] => {
      const uploads: Upload[] = [];
      for (const { id, kind } of attachments) {
        const row = free.get(id);
        free.delete(id);
        if (!row) return [messageId, mediaUnusable({ detail: "An attachment is unknown or was used already." })];
        const problem = unusable(row, kind, limits);
        if (problem) return [messageId, problem];
        uploads.push({ ...row, kind });
      }
      return [messageId, uploads];
    }),
  );
}

/** Gives uploads to messages. Their keys move from the workspace to what seals the message, so that they end with it. */
export async function attachUploads(
  ctx: Ctx,
  items: readonly {
    messageId: string;
    channelId: string;
    contactId: string;
    /** the message's: the contact's, or a transit key */
    key: DataKey;
    uploads: readonly Upload[];
  }[],
): Promise<void> {
  const given = items.flatMap((to) => to.uploads.map((upload) => ({ to, upload })));
  if (given.length === 0) return;
  const move = (column: "blob_key" | "details") =>
    given.map(({ to, upload }) => {
      const sealed = column === "details" ? upload.details : upload.blobKey;
      return reseal(ctx.keyring, to.key, attachmentPlace(ctx.workspaceId, upload.id, column), sealed);
    });
  await ctx.tx.named(
    "attachment.attach",
    `update attachment a set message_id = x.m, channel_id = x.ch, contact_id = x.ct, kind = x.k, blob_key = x.key, details = x.d
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[]) as x (id, m, ch, ct, k, key, d)
     where a.workspace_id = $1 and a.id = x.id`,
    [
      ctx.workspaceId,
      given.map(({ upload }) => upload.id),
      given.map(({ to }) => to.messageId),
      given.map(({ to }) => to.channelId),
      given.map(({ to }) => to.contactId),
      given.map(({ upload }) => upload.kind),
      move("blob_key"),
      move("details"),
    ],
  );
}

function unusable(
  { mimeType, bytes }: Pick<Upload, "mimeType" | "bytes">,
  kind: SentAttachmentKind,
  limits: Capabilities["media"],
): ProblemError | undefined {
  const limit = limits[(kind === "voice" ? "audio" : kind) satisfies MediaKind].value;
  // documents of other types are accepted in practice
  if (kind !== "document" && !limit.mimeTypes.includes(mimeType))
    return mediaUnusable({ detail: `${kind} must be one of ${limit.mimeTypes.join(", ")} on this channel.` });
  if (kind === "voice" && mimeType !== "audio/ogg")
    return mediaUnusable({ detail: "voice must be audio/ogg with Opus; send others as audio." });
  if (bytes > Math.max(limit.maxBytes, limit.maxBytesAnimated ?? 0))
    return mediaUnusable({ detail: `${kind} may have ${limit.maxBytes} bytes on this channel.` });
  return undefined;
}
