import { createCipheriv, createDecipheriv, createHash, randomBytes, type KeyObject } from "node:crypto";
import { Readable } from "node:stream";

/** Where sealed bytes are kept. A driver knows nothing of keys; it makes a blob visible whole or not at all. */
export interface BlobDriver {
  write(name: string, source: AsyncIterable<Buffer>): Promise<void>;
  /** Bytes `start` up to but without `end`. Throws BlobError `missing`. */
  read(name: string, start: number, end: number): Promise<Readable>;
  /** Length in bytes, undefined when there is no such blob. */
  size(name: string): Promise<number | undefined>;
  remove(name: string): Promise<void>;
}

export interface BlobStore {
  /** Seals and stores; durable when it resolves. `bytes` and `sha256` are of the clear content. */
  put(name: string, content: BlobContent, key: KeyObject): Promise<{ bytes: number; sha256: Buffer }>;
  /**
   * The content or a part of it; `range.end` is inclusive as in HTTP and may lie behind the end. `bytes` is the length of what
   * the stream gives, `totalBytes` of the whole. A changed, cut or reordered blob fails the stream with BlobError `broken`.
   * Throws BlobError `missing`, `range` or `unavailable`.
   */
  get(
    name: string,
    key: KeyObject,
    range?: BlobRange,
  ): Promise<{ stream: Readable; bytes: number; totalBytes: number }>;
  /** A name that is not there counts as removed. */
  remove(names: readonly string[]): Promise<void>;
  exists(name: string): Promise<boolean>;
  /** The sealed bytes as they are stored, for backups. */
  readonly driver: BlobDriver;
}

export type BlobContent = Buffer | Readable | AsyncIterable<Uint8Array>;
export interface BlobRange {
  start: number;
  end?: number | undefined;
}

export class BlobError extends Error {
  override name = "BlobError";
  readonly kind: "missing" | "broken" | "range" | "unavailable";
  constructor(kind: BlobError["kind"], options?: ErrorOptions) {
    super(`the blob is ${kind === "range" ? "shorter than the asked range" : kind}`, options);
    this.kind = kind;
  }
}

// Layout: magic(4) | nonce prefix(8), then chunks of 64 KiB each followed by its tag. Every chunk authenticates the blob's
// name, its own index and whether it is the last, so that chunks cannot be moved, dropped or taken from another blob.
const magic = Buffer.from("KWB1");
const headerBytes = 12;
const chunkBytes = 65_536;
const tagBytes = 16;
const sealedChunk = chunkBytes + tagBytes;
const parallelRemoves = 8;

/** A name that tells nothing: 160 random bits. */
export function randomBlobName(): string {
  return randomBytes(20).toString("hex");
}

export function createBlobStore(driver: BlobDriver): BlobStore {
  return {
    driver,
    async put(name, content, key) {
      assertName(name);
      const hash = createHash("sha256");
      let bytes = 0;
      async function* sealed() {
        const header = Buffer.concat([magic, randomBytes(8)]);
        yield header;
        let index = 0;
        let pending: Buffer | undefined;
        for await (const chunk of chunksOf(content, chunkBytes)) {
          hash.update(chunk);
          bytes += chunk.length;
          if (pending) yield sealChunk(key, name, header, index++, false, pending);
          pending = chunk;
        }
        yield sealChunk(key, name, header, index, true, pending ?? Buffer.alloc(0));
      }
      await driver.write(name, sealed());
      return { bytes, sha256: hash.digest() };
    },

    async get(name, key, range) {
      assertName(name);
      const stored = await driver.size(name);
      if (stored === undefined) throw new BlobError("missing");
      const count = Math.ceil((stored - headerBytes) / sealedChunk);
      const totalBytes = stored - headerBytes - count * tagBytes;
      // A last chunk without content exists only where the whole blob is empty.
      if (count < 1 || totalBytes < (count - 1) * chunkBytes + (count > 1 ? 1 : 0)) throw new BlobError("broken");
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? totalBytes - 1, totalBytes - 1);
      if (range && !(Number.isInteger(start) && start >= 0 && start < totalBytes && end >= start)) {
        throw new BlobError("range");
      }
      const stream = Readable.from(opened(driver, name, key, { stored, count, start, end }), { objectMode: false });
      return { stream, bytes: end - start + 1, totalBytes };
    },

    async remove(names) {
      for (let at = 0; at < names.length; at += parallelRemoves) {
        const batch = names.slice(at, at + parallelRemoves);
        batch.forEach(assertName);
        await Promise.all(batch.map((name) => driver.remove(name)));
      }
    },

    async exists(name) {
      assertName(name);
      return (await driver.size(name)) !== undefined;
    },
  };
}

interface Window {
  stored: number;
  count: number;
  start: number;
  end: number;
}

// Opens the source only when read, so that a stream nobody reads holds no file and no socket.
async function* opened(driver: BlobDriver, name: string, key: KeyObject, window: Window) {
  const first = Math.floor(window.start / chunkBytes);
  const last = Math.max(first, Math.floor(window.end / chunkBytes));
  const header = await readAll(await driver.read(name, 0, headerBytes));
  if (header.length !== headerBytes || !header.subarray(0, 4).equals(magic)) throw new BlobError("broken");
  const from = headerBytes + first * sealedChunk;
  const source = await driver.read(name, from, Math.min(window.stored, headerBytes + (last + 1) * sealedChunk));
  let index = first;
  for await (const chunk of chunksOf(source, sealedChunk)) {
    const plain = openChunk(key, name, header, index, index === window.count - 1, chunk);
    const skip = index === first ? window.start - first * chunkBytes : 0;
    const stop = index === last ? window.end - last * chunkBytes + 1 : chunkBytes;
    if (skip < stop) yield plain.subarray(skip, stop);
    index += 1;
  }
  if (index !== last + 1) throw new BlobError("broken");
}

function sealChunk(
  key: KeyObject,
  name: string,
  header: Buffer,
  index: number,
  isLast: boolean,
  plain: Buffer,
): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce(header, index)).setAAD(place(name, header, index, isLast));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([body, cipher.getAuthTag()]);
}

function openChunk(
  key: KeyObject,
  name: string,
  header: Buffer,
  index: number,
  isLast: boolean,
  sealed: Buffer,
): Buffer {
  const tagAt = sealed.length - tagBytes;
  if (tagAt < 0) throw new BlobError("broken");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce(header, index), { authTagLength: tagBytes });
  decipher.setAAD(place(name, header, index, isLast)).setAuthTag(sealed.subarray(tagAt));
  const plain = decipher.update(sealed.subarray(0, tagAt));
  try {
    decipher.final();
  } catch {
    throw new BlobError("broken");
  }
  return plain;
}

function nonce(header: Buffer, index: number): Buffer {
  const iv = Buffer.alloc(12);
  header.copy(iv, 0, 4, headerBytes);
  iv.writeUInt32BE(index, 8);
  return iv;
}

function place(name: string, header: Buffer, index: number, isLast: boolean): Buffer {
  return Buffer.from(`keepword blob\0${name}\0${header.toString("hex")}\0${index}\0${isLast ? "last" : "more"}`);
}

/** Regroups any content into pieces of exactly `size` bytes, the last one shorter. */
async function* chunksOf(content: BlobContent, size: number): AsyncGenerator<Buffer> {
  const source: AsyncIterable<Uint8Array> | Uint8Array[] = Buffer.isBuffer(content) ? [content] : content;
  let parts: Buffer[] = [];
  let held = 0;
  for await (const piece of source) {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (held + rest.length >= size) {
      const take = size - held;
      yield Buffer.concat([...parts, rest.subarray(0, take)], size);
      rest = rest.subarray(take);
      parts = [];
      held = 0;
    }
    if (rest.length > 0) {
      parts.push(rest);
      held += rest.length;
    }
  }
  if (held > 0) yield Buffer.concat(parts, held);
}

async function readAll(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}

// Names become file paths and object keys.
function assertName(name: string): void {
  if (!/^[a-z0-9]{16,64}$/.test(name)) throw new TypeError("not a blob name");
}
