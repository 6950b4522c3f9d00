// Media are encrypted with a key of their own that travels in the message: AES-256-CBC, then ten bytes of HMAC-SHA-256.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

import { mediaInfo, type CipherKind } from "./media-ref.ts";

const MAC_BYTES = 10;

function keysOf(kind: CipherKind, mediaKey: Uint8Array): { iv: Buffer; cipher: Buffer; mac: Buffer } {
  const bytes = Buffer.from(hkdfSync("sha256", mediaKey, new Uint8Array(32), mediaInfo[kind], 112));
  return { iv: bytes.subarray(0, 16), cipher: bytes.subarray(16, 48), mac: bytes.subarray(48, 80) };
}

export type Digests = { plain: Buffer; encrypted: Buffer; bytes: number; encryptedBytes: number };

/** Yields the encrypted bytes and returns what the message must say of them. */
export async function* encryptMedia(
  kind: CipherKind,
  mediaKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, Digests> {
  const keys = keysOf(kind, mediaKey);
  const cipher = createCipheriv("aes-256-cbc", keys.cipher, keys.iv);
  const mac = createHmac("sha256", keys.mac).update(keys.iv);
  const plain = createHash("sha256");
  const encrypted = createHash("sha256");
  const sums = { bytes: 0, encryptedBytes: 0 };
  const out = (chunk: Buffer): Buffer => {
    encrypted.update(chunk);
    sums.encryptedBytes += chunk.length;
    return chunk;
  };
  for await (const chunk of source) {
    plain.update(chunk);
    sums.bytes += chunk.length;
    const sealed = cipher.update(chunk);
    mac.update(sealed);
    if (sealed.length > 0) yield out(sealed);
  }
  const last = cipher.final();
  yield out(Buffer.concat([last, mac.update(last).digest().subarray(0, MAC_BYTES)]));
  return { plain: plain.digest(), encrypted: encrypted.digest(), ...sums };
}

/** The digests alone: the upload's address holds them, so a file is encrypted twice and never kept. */
export async function measureMedia(
  kind: CipherKind,
  mediaKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): Promise<Digests> {
  const stream = encryptMedia(kind, mediaKey, source);
  for (;;) {
    const step = await stream.next();
    if (step.done) return step.value;
  }
}

/** Throws at the end when the bytes are not those that were sent: the caller must not believe them before. */
export async function* decryptMedia(
  kind: CipherKind,
  mediaKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const keys = keysOf(kind, mediaKey);
  const decipher = createDecipheriv("aes-256-cbc", keys.cipher, keys.iv);
  const mac = createHmac("sha256", keys.mac).update(keys.iv);
  let held = Buffer.alloc(0);
  for await (const chunk of source) {
    const all = Buffer.concat([held, chunk]);
    const end = Math.max(0, all.length - MAC_BYTES);
    held = all.subarray(end);
    const sealed = all.subarray(0, end);
    mac.update(sealed);
    const plain = decipher.update(sealed);
    if (plain.length > 0) yield plain;
  }
  const expected = mac.digest().subarray(0, MAC_BYTES);
  if (held.length !== MAC_BYTES || !timingSafeEqual(held, expected)) throw new Error("the medium is damaged");
  yield decipher.final();
}
