// A ZIP archive written as a stream: nothing of it is held but the list of names. Sizes follow each file (data descriptors), as in
// APPNOTE 4.3.9; no ZIP64, so an archive ends at 4 GiB with an error instead of a broken file.
import { createDeflateRaw, crc32 } from "node:zlib";
import { createHash } from "node:crypto";
import { pipeline, type Transform } from "node:stream";

export interface ZipFile {
  name: string;
  /** media are packed already: storing them saves the work */
  isStored?: boolean;
  bytes: AsyncIterable<Uint8Array | string>;
}

export interface Packed {
  name: string;
  bytes: number;
  /** hex, of the unpacked bytes */
  sha256: string;
}

export class ZipTooLarge extends Error {
  override name = "ZipTooLarge";
}

const MAX = 0xffff_ffff;
const MAX_FILES = 0xffff;
/** 1 January 1980, the format's first day: an archive tells when it was made inside, once. */
const DOS_DATE = 0x0021;
const FLAGS = 0x0808; // sizes follow, names are UTF-8

/** `last` is made when all others are packed: a manifest of them. */
export async function* zipOf(
  files: AsyncIterable<ZipFile>,
  last: (packed: readonly Packed[]) => ZipFile,
): AsyncGenerator<Buffer> {
  const central: Buffer[] = [];
  const packed: Packed[] = [];
  let at = 0;
  async function* one(file: ZipFile): AsyncGenerator<Buffer> {
    const name = Buffer.from(file.name);
    const method = file.isStored ? 0 : 8;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(FLAGS, 6);
    head.writeUInt16LE(method, 8);
    head.writeUInt16LE(DOS_DATE, 12);
    head.writeUInt16LE(name.length, 26);
    const start = at;
    const hash = createHash("sha256");
    let crc = 0;
    let size = 0;
    let written = 0;
    yield Buffer.concat([head, name]);
    const source = seen(file.bytes, (chunk) => {
      crc = crc32(chunk, crc);
      size += chunk.length;
      hash.update(chunk);
    });
    for await (const chunk of file.isStored ? source : through(source, createDeflateRaw())) {
      written += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc, 0);
    at += head.length + name.length + written + 16;
    if (at > MAX || size > MAX || packed.length >= MAX_FILES) throw new ZipTooLarge();
    sizes.writeUInt32LE(written, 4);
    sizes.writeUInt32LE(size, 8);
    yield Buffer.concat([Buffer.from([0x50, 0x4b, 0x07, 0x08]), sizes]);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 14);
    sizes.copy(entry, 16);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(start, 42);
    central.push(Buffer.concat([entry, name]));
    packed.push({ name: file.name, bytes: size, sha256: hash.digest("hex") });
  }
  for await (const file of files) yield* one(file);
  yield* one(last([...packed]));
  const listing = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  yield Buffer.concat([listing, end]);
}

/** What `transform` makes of `source`. An error of either ends both and is thrown to the reader: `pipe` tells nobody of the source's. */
export function through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Buffer> {
  pipeline(source, transform, () => {});
  return transform;
}

async function* seen(source: AsyncIterable<Uint8Array | string>, see: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    const chunk = Buffer.from(piece as Uint8Array);
    if (chunk.length === 0) continue;
    see(chunk);
    yield chunk;
  }
}

/** One chunk of text at a time is small; 64 kB at a time are cheap to pack. */
export async function* inChunks(pieces: AsyncIterable<string>, size = 65_536): AsyncGenerator<string> {
  let held = "";
  for await (const piece of pieces) {
    held += piece;
    if (held.length < size) continue;
    yield held;
    held = "";
  }
  if (held !== "") yield held;
}
