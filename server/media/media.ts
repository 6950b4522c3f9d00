import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { event } from "../platform/event.ts";
import { BlobError } from "../platform/blob.ts";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { notFound, payloadTooLarge, problem, serviceBusy, validationFailed } from "../platform/problem.ts";
import type { Download, OpenCtx, UploadPart } from "../platform/route.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import { isShownInline, isTaken, kindOf } from "./inspect-media.ts";
import { attachmentPlace } from "./attachment-places.ts";
import { openBlobKey, workspaceKey } from "./media-keys.ts";
import { MediaTooLarge, MediaTypeRefused, storeMedia, type StoredMedia } from "./store-media.ts";

export const attachmentUpdated = event({
  type: "attachment.updated",
  doc: "Emitted when a received medium was fetched, or cannot be.",
  payload: z.object({ attachmentId: z.string(), messageId: z.string() }),
});

export const mediaNotStored = problem({
  code: "media.not_stored",
  status: 409,
  title: "The file is not here: it is still being fetched, could not be fetched, or was removed.",
  fix: "Read the message: its attachment's `state` says which.",
});

export const mediaDestroyed = problem({
  code: "media.destroyed",
  status: 410,
  title: "The file was destroyed, with everything else about the person it belonged to.",
});

export const mediaTypeRefused = problem({
  code: "media.type_refused",
  status: 415,
  title: "Files of this type are not taken.",
  fix: "Send a picture, a video, a sound, a PDF, an office document, a text or a ZIP archive; the bytes decide, not the name.",
});

export const rangeUnsatisfiable = problem({
  code: "media.range_unsatisfiable",
  status: 416,
  title: "The file is shorter than the asked range.",
});

export const downloadProblems = [notFound, mediaNotStored, mediaDestroyed, rangeUnsatisfiable];

export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

export const uploadView = z
  .object({
    id: z.string(),
    kind: z.string(),
    mimeType: z.string().describe("Found by looking at the bytes."),
    bytes: z.int(),
    sha256: z.string(),
    width: z.int().nullable(),
    height: z.int().nullable(),
  })
  .meta({ id: "Upload" });

/** Stores the one file of a multipart upload. @throws validation_failed · payload_too_large · media.type_refused */
export async function uploadMedia(
  ctx: OpenCtx,
  parts: AsyncIterable<UploadPart>,
): Promise<z.output<typeof uploadView>> {
  const { workspaceId } = ctx;
  const id = newId("att", ctx.clock.ms());
  const key = workspaceKey(ctx);
  let kindWish: string | undefined;
  let stored: StoredMedia | undefined;
  let fileName: string | undefined;
  for await (const part of parts) {
    if (part.kind === "field") {
      if (part.name === "kind") kindWish = part.value;
      continue;
    }
    if (stored) throw validationFailed({ issues: [{ path: "body", message: "one file at a time" }] });
    fileName = part.fileName?.slice(0, 240);
    try {
      stored = await storeMedia(ctx, key, { workspaceId, attachmentId: id }, part.bytes, {
        maxBytes: MAX_UPLOAD_BYTES,
        claimedType: part.contentType,
        isTaken,
      });
    } catch (error) {
      if (error instanceof MediaTypeRefused) throw mediaTypeRefused();
      if (error instanceof MediaTooLarge) throw payloadTooLarge({ maxBytes: MAX_UPLOAD_BYTES });
      throw error;
    }
  }
  if (!stored) throw validationFailed({ issues: [{ path: "body.file", message: "is missing" }] });
  const kind = uploadKind(kindWish, stored.mimeType);
  const details =
    fileName === undefined
      ? null
      : seal(key, attachmentPlace(workspaceId, id, "details"), JSON.stringify({ filename: fileName }));
  await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query(
      `insert into attachment (workspace_id, id, kind, state, mime_type, bytes, width, height, sha256, details, blob_name, blob_key,
         created_at, stored_at) values ($1, $2, $3, 'stored', $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
      [
        ...[workspaceId, id, kind, stored.mimeType, stored.bytes, stored.width, stored.height, stored.sha256, details],
        ...[stored.blobName, stored.blobKey, ctx.clock.now()],
      ],
    ),
  );
  const { mimeType, bytes, width, height } = stored;
  return { id, kind, mimeType, bytes, width, height, sha256: stored.sha256.toString("hex") };
}

/** A sticker or a voice note cannot be told from its bytes; a picture may also be sent as a document. */
function uploadKind(wish: string | undefined, mimeType: string): string {
  const found = kindOf(mimeType);
  if (wish === "document") return wish;
  if (wish === "voice" && found === "audio") return wish;
  if (wish === "sticker" && mimeType === "image/webp") return wish;
  return found;
}

interface MediaRow {
  mime_type: string | null;
  state: string;
  bytes: string | number | null;
  sha256: Buffer | null;
  details: Buffer | null;
  blob_name: string | null;
  blob_key: Buffer | null;
}

const READ = `select mime_type, state, bytes, sha256, details, blob_name, blob_key from attachment
  where workspace_id = $1 and id = $2 and ($3::text[] is null or channel_id is null or channel_id = any ($3))`;

/** The bytes, or a part of them. Read from the row each time, so that an erase ends every link at once. @throws not_found · media.not_stored · media.destroyed · media.range_unsatisfiable */
export async function downloadMedia(ctx: OpenCtx, id: string, rangeHeader: string | undefined): Promise<Download> {
  const { workspaceId } = ctx;
  const [row] = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.named<MediaRow>("attachment.read", READ, [workspaceId, id, channelGrants(ctx.actor)]),
  );
  if (!row) throw notFound();
  if (row.state !== "stored" || !row.blob_name || !row.blob_key) throw mediaNotStored();
  const range = parseRange(rangeHeader);
  const { stream, bytes, totalBytes } = await openBlob(ctx, id, row.blob_name, row.blob_key, range);
  const contentType = row.mime_type ?? "application/octet-stream";
  const opened = row.details && tryOpenText(ctx.keyring, attachmentPlace(workspaceId, id, "details"), row.details);
  const name = opened ? (JSON.parse(opened) as { filename?: string }).filename : undefined;
  return {
    contentType,
    body: stream,
    bytes,
    status: range ? 206 : 200,
    ...(isShownInline(contentType) ? {} : { fileName: name ?? id }),
    headers: {
      "accept-ranges": "bytes",
      ...(range ? { "content-range": `bytes ${range.start}-${range.start + bytes - 1}/${totalBytes}` } : {}),
    },
  };
}

async function openBlob(
  ctx: OpenCtx,
  id: string,
  name: string,
  sealedKey: Buffer,
  range: { start: number; end?: number } | undefined,
): ReturnType<OpenCtx["blobs"]["get"]> {
  try {
    return await ctx.blobs.get(name, openBlobKey(ctx.keyring, ctx.workspaceId, id, sealedKey), range);
  } catch (error) {
    if (error instanceof KeyDestroyed) throw mediaDestroyed();
    if (error instanceof BlobError && error.kind === "range") throw rangeUnsatisfiable();
    if (error instanceof BlobError && error.kind === "missing") throw mediaNotStored();
    if (error instanceof BlobError && error.kind === "unavailable") throw serviceBusy({ retryAfterMs: 1000 });
    throw error;
  }
}

/** `bytes=a-` and `bytes=a-b`; anything else is answered whole, as HTTP allows. */
function parseRange(header: string | undefined): { start: number; end?: number } | undefined {
  const match = /^bytes=(\d{1,12})-(\d{1,12})?$/.exec(header ?? "");
  if (!match) return undefined;
  const [start, end] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
  if (end !== undefined && end < start) return undefined;
  return { start, ...(end === undefined ? {} : { end }) };
}

export interface StoredFile {
  mimeType: string;
  bytes: number;
  /** hex */
  sha256: string;
}

/** What a file is, if the actor may see it. @throws not_found · media.not_stored */
export async function readStored(ctx: Ctx, id: string): Promise<StoredFile> {
  const [row] = await ctx.tx.named<MediaRow>("attachment.read", READ, [ctx.workspaceId, id, channelGrants(ctx.actor)]);
  if (!row) throw notFound();
  if (row.state !== "stored") throw mediaNotStored();
  const { mime_type: mimeType, bytes, sha256 } = row;
  return {
    mimeType: mimeType ?? "application/octet-stream",
    bytes: Number(bytes ?? 0),
    sha256: sha256?.toString("hex") ?? "",
  };
}

/** Ends an upload that no message uses; the sweep removes its bytes. @throws not_found */
export async function removeUpload(ctx: Ctx, id: string): Promise<void> {
  const rows = await ctx.tx.named(
    "attachment.remove_upload",
    `update attachment set state = 'removed', blob_key = null, details = null
     where workspace_id = $1 and id = $2 and message_id is null and state <> 'removed' returning id`,
    [ctx.workspaceId, id],
  );
  if (rows.length === 0) throw notFound();
}
