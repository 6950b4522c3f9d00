// Media of the Cloud API: uploads and files are those of /v1/media.
import { mediaUrl } from "../media/media-link.ts";
import { readStored, uploadMedia } from "../media/media.ts";
import type { Ctx } from "../platform/context.ts";
import type { OpenCtx, UploadPart } from "../platform/route.ts";
import { findGraphChannel } from "./find-graph-channel.ts";

/** @throws not_found · validation_failed · payload_too_large */
export async function uploadGraphMedia(
  ctx: OpenCtx,
  name: string,
  parts: AsyncIterable<UploadPart>,
): Promise<{ id: string }> {
  const { workspaceId } = ctx;
  await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => findGraphChannel({ ...ctx, tx }, name));
  const { id } = await uploadMedia(ctx, withGivenType(parts));
  return { id };
}

/** The type may stand in a field of its own, where clients send the file itself without one. */
async function* withGivenType(parts: AsyncIterable<UploadPart>): AsyncIterable<UploadPart> {
  let type: string | undefined;
  for await (const part of parts) {
    if (part.kind === "field") {
      if (part.name === "type") type = part.value;
      continue;
    }
    const isTyped = part.contentType !== "" && part.contentType !== "application/octet-stream";
    yield isTyped || type === undefined ? part : { ...part, contentType: type };
  }
}

/** @throws not_found · media.not_stored */
export async function readGraphMedia(ctx: Ctx, id: string) {
  const { mimeType, bytes, sha256 } = await readStored(ctx, id);
  const { url } = mediaUrl(ctx, id);
  return { messaging_product: "whatsapp" as const, id, url, mime_type: mimeType, sha256, file_size: bytes };
}
