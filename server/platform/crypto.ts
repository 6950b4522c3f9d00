import { createHash, createHmac, randomBytes, timingSafeEqual, type KeyObject } from "node:crypto";
import { crc32 } from "node:zlib";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function sha256(bytes: string | Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** HMAC-SHA-256, 32 bytes. Pass a KeyObject on hot paths: a Buffer makes each call several times dearer. */
export function hmac(key: KeyObject | Buffer, data: string | Uint8Array): Buffer {
  // a digest asked for as a Buffer has memory of its own, which costs as much as the hash and its collection again
  return Buffer.from(createHmac("sha256", key).update(data).digest("latin1"), "latin1");
}

/** Compares two texts in a time that depends on their lengths only. */
export function timingSafeEqualText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

/** `bytes` random bytes as base62 text of a fixed length (32 bytes: 43 characters). */
export function randomToken(bytes: number): string {
  const length = Math.ceil((bytes * 8) / Math.log2(62));
  return toBase62(BigInt(`0x${randomBytes(bytes).toString("hex")}`), length);
}

/** CRC-32 of a text as six base62 characters: lets an edge or a secret scanner reject a typo without a database. */
export function crc32Base62(text: string): string {
  return toBase62(BigInt(crc32(text)), 6);
}

export interface NewApiKey {
  /** Shown once. */
  key: string;
  /** Stored in clear: finds the row. */
  publicId: string;
  /** Stored: SHA-256 of the whole key. The key holds 256 random bits, so a slow hash would add nothing. */
  hash: Buffer;
}

/** `kw_live_<8 id>_<43 secret><6 CRC32>`: only letters, digits and `_`, so a double click selects all of it. */
export function makeApiKey(): NewApiKey {
  const publicId = randomText(8);
  const body = `kw_live_${publicId}_${randomToken(32)}`;
  const key = body + crc32Base62(body);
  return { key, publicId, hash: sha256(key) };
}

/** Checks form and checksum only; the caller finds the row by `publicId` and compares the hash in constant time. */
export function parseApiKey(text: string): { publicId: string; isValid: boolean } {
  const match = /^(kw_live_([0-9A-Za-z]{8})_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/.exec(text);
  if (!match?.[1] || !match[2] || match[3] !== crc32Base62(match[1])) return { publicId: "", isValid: false };
  return { publicId: match[2], isValid: true };
}

/** A 256-bit bearer token (login, invitation, reset link) and the hash that is stored in its place. */
export function makeLoginToken(): { token: string; hash: Buffer } {
  const token = randomToken(32);
  return { token, hash: sha256(token) };
}

function toBase62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; rest > 0n; rest /= 62n) text = base62.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, "0");
}

function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    // 248 = 4 × 62: larger bytes are thrown away, else the first letters would be more frequent.
    for (const byte of randomBytes(length * 2)) if (byte < 248 && text.length < length) text += base62[byte % 62];
  }
  return text;
}
