import type { MediaType, proto } from "baileys";
import { getMediaKeys, normalizeMessageContent } from "baileys";
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import type { SimState } from "./state.ts";
import { nowMs } from "./state.ts";

/** Where an encrypted file lies and how it is opened, as every media message carries it. */
export interface MediaFields {
  url: string;
  directPath: string;
  mediaKey: Uint8Array;
  fileSha256: Uint8Array;
  fileEncSha256: Uint8Array;
  fileLength: number;
  mediaKeyTimestamp: number;
}

/** A phone encrypts (AES-256-CBC, then ten bytes of HMAC-SHA-256) and uploads. */
export async function uploadAsPhone(state: SimState, bytes: Buffer, kind: MediaType): Promise<MediaFields> {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = await keysOf(mediaKey, kind);
  const cipher = createCipheriv("aes-256-cbc", cipherKey, iv);
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const mac = createHmac("sha256", macKey).update(iv).update(body).digest().subarray(0, 10);
  const sealed = Buffer.concat([body, mac]);
  return {
    ...state.media.put(sealed),
    mediaKey,
    fileSha256: sha256(bytes),
    fileEncSha256: sha256(sealed),
    fileLength: bytes.length,
    mediaKeyTimestamp: Math.floor(nowMs(state) / 1000),
  };
}

/** What a phone sees of a file that it got. Throws when it is gone or was changed. */
export async function openMedia(
  state: SimState,
  media: { directPath?: string | null; mediaKey?: Uint8Array | null },
  kind: MediaType,
): Promise<Buffer> {
  const sealed = state.media.get(media.directPath ?? "");
  if (!sealed || !media.mediaKey) throw new Error("the file is gone");
  const { iv, cipherKey, macKey } = await keysOf(Buffer.from(media.mediaKey), kind);
  const [body, mac] = [sealed.subarray(0, -10), sealed.subarray(-10)];
  const expected = createHmac("sha256", macKey).update(iv).update(body).digest().subarray(0, 10);
  if (!mac.equals(expected)) throw new Error("the file was changed");
  const decipher = createDecipheriv("aes-256-cbc", cipherKey, iv);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

async function keysOf(mediaKey: Buffer, kind: MediaType): Promise<{ iv: Buffer; cipherKey: Buffer; macKey: Buffer }> {
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, kind);
  if (!macKey) throw new Error("no key for the authentication code");
  return { iv: Buffer.from(iv), cipherKey: Buffer.from(cipherKey), macKey: Buffer.from(macKey) };
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

export interface FileKind {
  directPath?: string | null;
  mediaKey?: Uint8Array | null;
  mimetype?: string | null;
}

/** The file that a message carries, opened. */
export async function fileOf(state: SimState, message: proto.IMessage): Promise<{ mime: string; bytes: Buffer }> {
  const content = normalizeMessageContent(message) ?? {};
  const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = content;
  const found: [FileKind | null | undefined, MediaType][] = [
    [imageMessage, "image"],
    [videoMessage, "video"],
    [audioMessage, "audio"],
    [documentMessage, "document"],
    [stickerMessage, "sticker"],
  ];
  const [file, kind] = found.find(([one]) => one != null) ?? [];
  if (!file || !kind) throw new Error("this message has no file");
  return { mime: file.mimetype ?? "application/octet-stream", bytes: await openMedia(state, file, kind) };
}
