import { Readable } from "node:stream";
import type { App } from "../platform/context.ts";
import type { DataKey } from "../platform/keyring.ts";
import { randomBlobName } from "../platform/blob.ts";
import { measureImage, sniffType, SNIFF_BYTES } from "./inspect-media.ts";
import { newBlobKey } from "./media-keys.ts";

/** Pictures up to this size are held whole to measure them; all else only streams through. */
const MEASURED_BYTES = 16 * 1024 * 1024;

export interface StoredMedia {
  blobName: string;
  blobKey: Buffer;
  mimeType: string;
  bytes: number;
  sha256: Buffer;
  width: number | null;
  height: number | null;
}

export class MediaTooLarge extends Error {
  override name = "MediaTooLarge";
}

export class MediaTypeRefused extends Error {
  override name = "MediaTypeRefused";
}

/**
 * Streams bytes into the blob store under a fresh key: sniffs the type on the way, measures pictures, stops at `maxBytes`.
 * Nothing is left behind when it throws. @throws MediaTooLarge · MediaTypeRefused where `isTaken` says no
 */
export async function storeMedia(
  app: Pick<App, "blobs">,
  sealer: DataKey,
  place: { workspaceId: string; attachmentId: string },
  source: AsyncIterable<Uint8Array>,
  limits: { maxBytes: number; claimedType: string; isTaken?: (mimeType: string) => boolean },
): Promise<StoredMedia> {
  const { key, sealed } = newBlobKey(sealer, place.workspaceId, place.attachmentId);
  const blobName = randomBlobName();
  const kept: Buffer[] = [];
  let seen = 0;
  let isSniffed = limits.isTaken === undefined;
  async function sniff(): Promise<void> {
    isSniffed = true;
    const type = await sniffType(Buffer.concat(kept).subarray(0, SNIFF_BYTES), limits.claimedType);
    if (limits.isTaken?.(type) === false) throw new MediaTypeRefused();
  }
  async function* watched(): AsyncIterable<Buffer> {
    for await (const piece of source) {
      const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      seen += chunk.length;
      if (seen > limits.maxBytes) throw new MediaTooLarge();
      if (seen <= MEASURED_BYTES || kept.length === 0) kept.push(chunk);
      if (!isSniffed && seen >= SNIFF_BYTES) await sniff();
      yield chunk;
    }
    if (!isSniffed) await sniff();
  }
  let put: { bytes: number; sha256: Buffer };
  try {
    put = await app.blobs.put(blobName, Readable.from(watched()), key);
  } catch (error) {
    await app.blobs.remove([blobName]).catch(() => {});
    throw error;
  }
  const whole = Buffer.concat(kept);
  const mimeType = await sniffType(whole.subarray(0, SNIFF_BYTES), limits.claimedType);
  const size = mimeType.startsWith("image/") && whole.length === put.bytes ? await measureImage(whole) : undefined;
  return { ...put, blobName, blobKey: sealed, mimeType, width: size?.width ?? null, height: size?.height ?? null };
}
