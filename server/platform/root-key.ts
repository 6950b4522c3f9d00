import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** The root key cannot be used: `missing`, `invalid` (not 32 bytes) or `insecure` (others may write the file). */
export class RootKeyUnusable extends Error {
  override name = "RootKeyUnusable";
  readonly reason: "missing" | "invalid" | "insecure";
  constructor(reason: RootKeyUnusable["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface RootKeySource {
  keyFile?: string | undefined;
  /** The key itself (environment); wins over the file. */
  keyText?: string | undefined;
  createIfMissing?: boolean | undefined;
}

/**
 * Reads the 32-byte root key as base64, base64url or hex. With `createIfMissing` a new one is written with mode 0600; of two
 * processes that start at once, both get the key of the first. Throws RootKeyUnusable; the message never holds the text.
 */
export function loadRootKey(source: RootKeySource): KeyObject {
  if (source.keyText) return parseRootKey(source.keyText, "the root key in the environment");
  const file = source.keyFile;
  if (!file) throw new RootKeyUnusable("missing", "no root key: name a key file or pass the key");
  const text = read(file);
  if (text !== undefined) {
    // Readable by others is accepted: container secrets are mounted 0444. Writable by others never is.
    if (process.platform !== "win32" && (statSync(file).mode & 0o022) !== 0) {
      throw new RootKeyUnusable("insecure", `${file} can be written by others: chmod 600 it`);
    }
    return parseRootKey(text, file);
  }
  if (!source.createIfMissing) throw new RootKeyUnusable("missing", `no root key in ${file}`);
  writeRootKey(file, createSecretKey(randomBytes(32)));
  return loadRootKey({ keyFile: file });
}

/** Writes a root key with mode 0600, durable before it returns. Never replaces an existing file. */
export function writeRootKey(file: string, key: KeyObject): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, `${key.export().toString("base64")}\n`);
    fsyncSync(handle);
    closeSync(handle);
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const folder = openSync(dirname(file), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function parseRootKey(text: string, from: string): KeyObject {
  const trimmed = text.trim();
  const isHex = /^[0-9a-f]{64}$/i.test(trimmed);
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) {
    throw new RootKeyUnusable("invalid", `${from} is not 32 bytes in base64 or hex`);
  }
  return createSecretKey(Buffer.from(trimmed, isHex ? "hex" : "base64"));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
