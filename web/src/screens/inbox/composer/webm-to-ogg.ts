/**
 * Moves Opus packets from the WebM that Chromium records into Ogg, the only container WhatsApp plays as a voice note. Nothing
 * is encoded again. Formats: https://www.rfc-editor.org/rfc/rfc8794 (EBML), rfc3533 (Ogg), rfc7845 (Opus in Ogg).
 */
export function webmToOgg(webm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { head, packets } = readWebm(webm);
  if (!head || packets.length === 0) throw new Error("no Opus packets in this recording");
  const serial = 1;
  const pages = [page([head], 0n, serial, 0, 2), page([tags()], 0n, serial, 1, 0)];
  // RFC 7845 §4.2: positions count from the beginning, the skipped samples of the decoder's start included.
  let samples = 0n;
  for (let at = 0; at < packets.length; at += packetsInPage) {
    const batch = packets.slice(at, at + packetsInPage);
    for (const packet of batch) samples += BigInt(samplesOf(packet));
    const isLast = at + packetsInPage >= packets.length;
    pages.push(page(batch, samples, serial, pages.length, isLast ? 4 : 0));
  }
  return concat(pages);
}

// 20 ms each: a page a second. A page holds at most 255 lacing values, and a packet of 24 kbit/s needs one.
const packetsInPage = 50;

/** Elements that hold others; everything else is skipped or read whole. */
const masters = new Set([0x18538067, 0x1654ae6b, 0xae, 0x1f43b675, 0xa0]);
const codecPrivate = 0x63a2;
const blocks = new Set([0xa3, 0xa1]);

function readWebm(bytes: Uint8Array<ArrayBuffer>): { head: Uint8Array | null; packets: Uint8Array[] } {
  const packets: Uint8Array[] = [];
  let head: Uint8Array | null = null;
  let at = 0;
  while (at < bytes.length) {
    const id = readId(bytes, at);
    const size = readSize(bytes, at + id.length);
    const start = at + id.length + size.length;
    // A recorder does not know how long it will run: segment and clusters are of unknown size, and simply entered.
    if (masters.has(id.value)) {
      at = start;
      continue;
    }
    const end = Math.min(bytes.length, start + size.value);
    if (id.value === codecPrivate) head = bytes.subarray(start, end);
    // Track number (one byte), two bytes of time, one of flags, then one packet: recorders do not lace.
    else if (blocks.has(id.value) && end - start > 4) packets.push(bytes.subarray(start + 4, end));
    at = end;
  }
  return { head, packets };
}

function readId(bytes: Uint8Array, at: number): { value: number; length: number } {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  let value = 0;
  for (let index = 0; index < length; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  // A zero byte begins no element: step over it rather than stand still.
  return { value, length: length > 4 ? 1 : length };
}

function readSize(bytes: Uint8Array, at: number): { value: number; length: number } {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8) return { value: 0, length: 1 };
  let value = first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let index = 1; index < length; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { value: isUnknown ? Number.MAX_SAFE_INTEGER : value, length };
}

/** Samples at 48 kHz from the packet's first bytes (RFC 6716 §3.1). */
export function samplesOf(packet: Uint8Array): number {
  const toc = packet[0] ?? 0;
  const config = toc >> 3;
  const frame =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]
      : config < 16
        ? [480, 960][config & 1]
        : [120, 240, 480, 960][config & 3];
  const count = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? (packet[1] ?? 1) & 63 : 2;
  return (frame ?? 960) * count;
}

function tags(): Uint8Array {
  const vendor = new TextEncoder().encode("keepword");
  const body = new Uint8Array(8 + 4 + vendor.length + 4);
  body.set(new TextEncoder().encode("OpusTags"));
  new DataView(body.buffer).setUint32(8, vendor.length, true);
  body.set(vendor, 12);
  return body;
}

function page(
  packets: readonly Uint8Array[],
  position: bigint,
  serial: number,
  sequence: number,
  flags: number,
): Uint8Array {
  const lacing = packets.flatMap((packet) => [
    ...Array.from({ length: Math.floor(packet.length / 255) }, () => 255),
    packet.length % 255,
  ]);
  if (lacing.length > 255) throw new Error("packets too large for one page");
  const header = new Uint8Array(27 + lacing.length);
  header.set(new TextEncoder().encode("OggS"));
  header[5] = flags;
  const view = new DataView(header.buffer);
  view.setBigUint64(6, position, true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  header[26] = lacing.length;
  header.set(lacing, 27);
  const whole = concat([header, ...packets]);
  new DataView(whole.buffer).setUint32(22, checksum(whole), true);
  return whole;
}

/** CRC-32 with the polynomial 0x04c11db7, not reflected, from zero (RFC 3533 §6). */
export function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
