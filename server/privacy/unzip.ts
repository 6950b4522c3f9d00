// Reads the archives that zip.ts writes, piece by piece from wherever they are. Everything in them is a stranger's claim until it is checked.
import { createInflateRaw } from "node:zlib";
import type { Readable } from "node:stream";
import { through } from "./zip.ts";

export class ZipBroken extends Error {
  override name = "ZipBroken";
}

export interface Archive {
  bytes: number;
  /** bytes `start` up to and without `end` */
  read(start: number, end: number): Promise<Readable>;
}

export interface ZipEntry {
  name: string;
  method: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

const MAX_ENTRIES = 65_535;
const END_BYTES = 22;

async function readAll(archive: Archive, start: number, end: number): Promise<Buffer> {
  if (start < 0 || end > archive.bytes || start > end) throw new ZipBroken();
  const chunks: Buffer[] = [];
  for await (const chunk of await archive.read(start, end)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The files by name. An archive with a comment, an unknown method or two files of one name is not one of ours. */
export async function entriesOf(archive: Archive): Promise<Map<string, ZipEntry>> {
  if (archive.bytes < END_BYTES) throw new ZipBroken();
  const end = await readAll(archive, archive.bytes - END_BYTES, archive.bytes);
  if (end.readUInt32LE(0) !== 0x06054b50) throw new ZipBroken();
  const count = end.readUInt16LE(10);
  const size = end.readUInt32LE(12);
  const from = end.readUInt32LE(16);
  if (count > MAX_ENTRIES || from + size + END_BYTES !== archive.bytes) throw new ZipBroken();
  const listing = await readAll(archive, from, from + size);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > listing.length || listing.readUInt32LE(at) !== 0x02014b50) throw new ZipBroken();
    const nameBytes = listing.readUInt16LE(at + 28);
    const entry = {
      name: listing.toString("utf8", at + 46, at + 46 + nameBytes),
      method: listing.readUInt16LE(at + 10),
      packedBytes: listing.readUInt32LE(at + 20),
      bytes: listing.readUInt32LE(at + 24),
      offset: listing.readUInt32LE(at + 42),
    };
    if (entries.has(entry.name) || (entry.method !== 0 && entry.method !== 8)) throw new ZipBroken();
    entries.set(entry.name, entry);
    at += 46 + nameBytes + listing.readUInt16LE(at + 30) + listing.readUInt16LE(at + 32);
  }
  return entries;
}

/** The unpacked bytes; more than the listing says is an error, so that a small archive cannot unpack to a flood. */
export async function* bytesOf(archive: Archive, entry: ZipEntry): AsyncGenerator<Buffer> {
  const head = await readAll(archive, entry.offset, entry.offset + 30);
  if (head.readUInt32LE(0) !== 0x04034b50) throw new ZipBroken();
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  if (start + entry.packedBytes > archive.bytes) throw new ZipBroken();
  let size = 0;
  if (entry.packedBytes > 0) {
    const source = await archive.read(start, start + entry.packedBytes);
    try {
      for await (const chunk of entry.method === 8 ? through(source, createInflateRaw()) : source) {
        size += (chunk as Buffer).length;
        if (size > entry.bytes) break;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw new ZipBroken(undefined, { cause: error });
    }
  }
  if (size !== entry.bytes) throw new ZipBroken();
}
