import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from "node:crypto";
import { hmac } from "./crypto.ts";
import { KeyDestroyed, type DataKey, type Keyring } from "./keyring.ts";

/** Where a sealed value lives. A ciphertext moved to another row, column or workspace does not open. */
export interface Aad {
  table: string;
  column: string;
  row: string;
  /** Workspace id; the empty text for rows that belong to the installation or a person. */
  workspace: string;
}

/** The bytes are not what was sealed for this place: damaged, cut, or moved from elsewhere. */
export class SealBroken extends Error {
  override name = "SealBroken";
  constructor() {
    super("a sealed value does not open here");
  }
}

const version = 1;
const kidEnd = 9;
const ivEnd = 21;
const tagBytes = 16;

// One random block serves many nonces: half the cost of asking per value. 96 random bits allow 2^32 values under one key.
const nonces = Buffer.alloc(12 * 512);
let nonceAt = nonces.length;

/** AES-256-GCM; the envelope is `version(1) | kid(8) | iv(12) | ciphertext | tag(16)`, 37 bytes more than the value. */
export function seal(key: DataKey, aad: Aad, plain: string | Buffer): Buffer {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  const iv = nonces.subarray(nonceAt, nonceAt + 12);
  nonceAt += 12;
  const cipher = createCipheriv("aes-256-gcm", key.key, iv).setAAD(aadBytes(aad));
  const body = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
  cipher.final();
  const sealed = Buffer.allocUnsafe(ivEnd + body.length + tagBytes);
  sealed[0] = version;
  sealed.write(key.kidBytes, 1, "latin1");
  iv.copy(sealed, kidEnd);
  body.copy(sealed, ivEnd);
  cipher.getAuthTag().copy(sealed, ivEnd + body.length);
  return sealed;
}

/** Throws KeyDestroyed when the content was erased, SealBroken when the bytes are not for this place. */
export function open(keyring: Keyring, aad: Aad, sealed: Buffer): Buffer {
  const plain = tryOpen(keyring, aad, sealed);
  if (plain === null) throw new KeyDestroyed([]);
  return plain;
}

/** Like `open`, with null for content whose key was destroyed. */
export function tryOpen(keyring: Keyring, aad: Aad, sealed: Buffer): Buffer | null {
  const key = sealedWith(keyring, sealed);
  if (!key) return null;
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key.key, sealed.subarray(kidEnd, ivEnd), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(aadBytes(aad)).setAuthTag(sealed.subarray(tagAt));
  const plain = decipher.update(sealed.subarray(ivEnd, tagAt));
  try {
    decipher.final();
  } catch {
    throw new SealBroken();
  }
  return plain;
}

/** The key a value was sealed with, undefined when it was destroyed: tells whose the value is without opening it. */
export function sealedWith(keyring: Keyring, sealed: Buffer): DataKey | undefined {
  if (sealed.length < ivEnd + tagBytes || sealed[0] !== version) throw new SealBroken();
  return keyring.find(sealed.readBigInt64BE(1));
}

export function openText(keyring: Keyring, aad: Aad, sealed: Buffer): string {
  return open(keyring, aad, sealed).toString("utf8");
}

export function tryOpenText(keyring: Keyring, aad: Aad, sealed: Buffer): string | null {
  return tryOpen(keyring, aad, sealed)?.toString("utf8") ?? null;
}

/** A 16-byte keyed token by which a sealed value is looked up. `kind` keeps a phone number and a user id apart. */
export function blindIndex(key: KeyObject, kind: string, normalised: string): Buffer {
  return hmac(key, `${kind}\0${normalised}`).subarray(0, 16);
}

declare const secretBrand: unique symbol;

/** A value that cannot be printed: no properties, no toString, no toJSON. A log line shows an empty object. */
export interface Secret<T> {
  readonly [secretBrand]: T;
}

const secrets = new WeakMap<object, unknown>();

export function secret<T>(value: T): Secret<T> {
  const holder = Object.freeze(Object.create(null)) as Secret<T>;
  secrets.set(holder, value);
  return holder;
}

export function reveal<T>(holder: Secret<T>): T {
  return secrets.get(holder) as T;
}

// NUL cannot occur in PostgreSQL text, so no two places share these bytes.
function aadBytes(aad: Aad): Buffer {
  return Buffer.from(`keepword 1\0${aad.table}\0${aad.column}\0${aad.row}\0${aad.workspace}`);
}
