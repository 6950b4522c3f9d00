import { crc32, deflateSync } from "node:zlib";

/** A baseline JPEG with one colour per 8×8 block (only DC coefficients): a soft mosaic, valid for every decoder. */
export function makeJpeg(width = 480, height = 320, seed = 1): Buffer {
  const segment = (marker: number, body: number[]) =>
    [0xff, marker, 0, 0, ...body].with(2, (body.length + 2) >> 8).with(3, (body.length + 2) & 255);
  const lengths = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
  const categories = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const head = [
    0xff,
    0xd8,
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...Array<number>(64).fill(8)]),
    ...segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 17, 0, 2, 17, 0, 3, 17, 0]),
    ...segment(0xc4, [0, ...lengths, ...categories]),
    ...segment(0xc4, [16, 1, ...Array<number>(15).fill(0), 0]),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ];
  const codes = dcCodes(lengths);
  const bits = bitWriter();
  const before = [0, 0, 0];
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      const colour = colourAt(x / width, y / height, seed);
      for (const [channel, value] of toYcc(colour).entries()) {
        const diff = Math.round(value) - (before[channel] ?? 0);
        before[channel] = Math.round(value);
        const size = diff === 0 ? 0 : 32 - Math.clz32(Math.abs(diff));
        const [code, length] = codes[size] ?? [0, 2];
        bits.write(code, length);
        if (size > 0) bits.write(diff > 0 ? diff : diff + (1 << size) - 1, size);
        bits.write(0, 1);
      }
    }
  }
  return Buffer.from([...head, ...bits.end(), 0xff, 0xd9]);
}

function dcCodes(lengths: number[]): [number, number][] {
  const codes: [number, number][] = [];
  let code = 0;
  for (const [index, count] of lengths.entries()) {
    for (let n = 0; n < count; n++) codes.push([code++, index + 1]);
    code <<= 1;
  }
  return codes;
}

function bitWriter(): { write: (value: number, size: number) => void; end: () => number[] } {
  const out: number[] = [];
  let held = 0;
  let count = 0;
  const put = (bit: number) => {
    held = (held << 1) | bit;
    if (++count < 8) return;
    out.push(held);
    if (held === 0xff) out.push(0);
    held = 0;
    count = 0;
  };
  return {
    write: (value, size) => {
      for (let bit = size - 1; bit >= 0; bit--) put((value >> bit) & 1);
    },
    end: () => {
      while (count > 0) put(1);
      return out;
    },
  };
}

const enamels: [number, number, number][] = [
  [44, 92, 168],
  [176, 62, 48],
  [60, 122, 92],
  [222, 168, 60],
];

/** A kettle on a table, so that a sample photo looks like one. */
function colourAt(x: number, y: number, seed: number): [number, number, number] {
  const from = (cx: number, cy: number, rx: number, ry: number) => Math.hypot((x - cx) / rx, (y - cy) / ry);
  const along = Math.min(1, Math.max(0, ((x - 0.64) * 0.16 - (y - 0.58) * 0.22) / (0.16 ** 2 + 0.22 ** 2)));
  const spout = Math.hypot((x - 0.64 - along * 0.16) * 1.5, y - 0.58 + along * 0.22);
  const handle = from(0.5, 0.4, 0.17, 0.26);
  const isKettle = from(0.5, 0.6, 0.19, 0.24) < 1 || spout < 0.05 - along * 0.02 || from(0.5, 0.35, 0.025, 0.04) < 1;
  let colour: [number, number, number] = y > 0.78 ? [188, 150, 112] : [234, 226, 212];
  if (isKettle) colour = enamels[seed % enamels.length] ?? colour;
  else if (y < 0.42 && handle > 0.84 && handle < 1) colour = [52, 46, 44];
  const light = 1.08 - 0.28 * x - 0.1 * y;
  return [colour[0] * light, colour[1] * light, colour[2] * light];
}

function toYcc([r, g, b]: [number, number, number]): number[] {
  return [0.299 * r + 0.587 * g + 0.114 * b - 128, -0.169 * r - 0.331 * g + 0.5 * b, 0.5 * r - 0.419 * g - 0.081 * b];
}

export function makePng(width = 240, height = 160, seed = 2): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      rows.set(colourAt(x / width, y / height, seed).map(Math.round), y * (width * 3 + 1) + 1 + x * 3);
  }
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  };
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 2, 0, 0, 0])]);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Lossless WebP of one colour: every prefix code has a single symbol, so the pixels take no bits at all. */
export function makeWebp(side = 512, [r, g, b] = [226, 128, 60]): Buffer {
  const bits: number[] = [];
  const put = (value: number, size: number) => {
    for (let bit = 0; bit < size; bit++) bits.push((value >> bit) & 1);
  };
  put(side - 1, 14);
  put(side - 1, 14);
  put(0, 4);
  put(0, 3);
  for (const symbol of [g ?? 0, r ?? 0, b ?? 0, 255]) {
    put(0b001, 2);
    put(1, 1);
    put(symbol, 8);
  }
  put(0b001, 2);
  put(0, 1);
  put(0, 1);
  const data = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) data[index >> 3] = (data[index >> 3] ?? 0) | (bit << (index & 7));
  const body = Buffer.concat([Buffer.from([0x2f]), data]);
  const padded = body.length % 2 ? Buffer.concat([body, Buffer.alloc(1)]) : body;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  const riff = Buffer.alloc(4);
  riff.writeUInt32LE(12 + padded.length);
  return Buffer.concat([Buffer.from("RIFF"), riff, Buffer.from("WEBPVP8L"), size, padded]);
}

/** A voice note as WhatsApp makes it: OGG with mono Opus frames of 20 ms, here of silence. */
export function makeVoice(seconds = 2): Buffer {
  const head = Buffer.from("4f707573486561640101380180bb0000000000", "hex");
  const tags = Buffer.concat([Buffer.from("OpusTags"), uint32le(3), Buffer.from("sim"), uint32le(0)]);
  const pages = [oggPage(2, 0n, 0, [head]), oggPage(0, 0n, 1, [tags])];
  const silence = Buffer.from([0xf8, 0xff, 0xfe]);
  for (let second = 0; second < seconds; second++) {
    const isLast = second === seconds - 1;
    pages.push(oggPage(isLast ? 4 : 0, BigInt((second + 1) * 48_000), second + 2, Array<Buffer>(50).fill(silence)));
  }
  return Buffer.concat(pages);
}

function oggPage(flags: number, granule: bigint, sequence: number, packets: Buffer[]): Buffer {
  const head = Buffer.alloc(27 + packets.length);
  head.write("OggS");
  head[5] = flags;
  head.writeBigUInt64LE(granule, 6);
  head.writeUInt32LE(0x4b657970, 14);
  head.writeUInt32LE(sequence, 18);
  head[26] = packets.length;
  for (const [index, packet] of packets.entries()) head[27 + index] = packet.length;
  const page = Buffer.concat([head, ...packets]);
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  page.writeUInt32LE(crc >>> 0, 22);
  return page;
}

/** MPEG-1 layer III frames of silence (128 kbit/s, 44.1 kHz). */
export function makeMp3(frames = 40): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0xc4]);
  return Buffer.concat(Array<Buffer>(frames).fill(frame));
}

/** A movie header without tracks: enough to be recognised as MP4, not to be played. */
export function makeMp4(): Buffer {
  const box = (type: string, body: Buffer) => Buffer.concat([uint32(body.length + 8), Buffer.from(type), body]);
  const mvhd = Buffer.alloc(100);
  mvhd.writeUInt32BE(1000, 12);
  mvhd.writeUInt32BE(2000, 16);
  mvhd.writeUInt32BE(0x10000, 20);
  return Buffer.concat([
    box("ftyp", Buffer.from("isom\x00\x00\x02\x00isomiso2mp41", "latin1")),
    box("moov", box("mvhd", mvhd)),
    box("mdat", Buffer.alloc(64)),
  ]);
}

export function makePdf(text = "Order 1042"): Buffer {
  const stream = `BT /F1 24 Tf 60 760 Td (${text.replaceAll(/[()\\]/g, "")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}`;
  return Buffer.from(
    `${pdf}${table}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`,
    "latin1",
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function uint32le(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
