import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from "node:crypto";
import { hmac } from "./crypto.ts";
import type { KeyKind, KeyRow } from "./keyring-store.ts";

/** What the keyring file remembers to recognise its root key. */
export function rootCheck(root: KeyObject): Buffer {
  return hmac(root, "keepword root key check").subarray(0, 16);
}

// The id, subject and kind are authenticated, so a row of the file cannot pose as another.
function wrapAad(row: { kid: bigint; subject: string; kind: KeyKind }): Buffer {
  return Buffer.from(`keepword key\0${row.kid}\0${row.subject}\0${row.kind}`);
}

export function wrapKey(key: KeyObject, row: { kid: bigint; subject: string; kind: KeyKind }, plain: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(wrapAad(row));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function unwrapKey(key: KeyObject, row: KeyRow): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, row.wrapped.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(wrapAad(row)).setAuthTag(row.wrapped.subarray(-16));
  try {
    return Buffer.concat([decipher.update(row.wrapped.subarray(12, -16)), decipher.final()]);
  } catch {
    throw new Error("keyring: a stored key does not open; the file was changed or damaged");
  }
}
