import { expect, test } from "vitest";
import { checksum, samplesOf, webmToOgg } from "../src/screens/inbox/composer/webm-to-ogg.ts";

const ascii = (text: string): number[] => [...Buffer.from(text, "latin1")];
const element = (id: number[], body: number[]): number[] => [
  ...id,
  0x40 | (body.length >> 8),
  body.length & 255,
  ...body,
];
const unknownSize = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const opusHead = [...ascii("OpusHead"), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0];
/** CELT, 20 ms, one frame. */
const packet = (seed: number, length: number): number[] => [
  0xf8,
  ...Array.from({ length: length - 1 }, (_, at) => (seed * 31 + at) & 255),
];

function webm(packets: number[][]): Uint8Array<ArrayBuffer> {
  const track = element([0xae], element([0x63, 0xa2], opusHead));
  const simple = packets.map((one) => element([0xa3], [0x81, 0, 0, 0x80, ...one]));
  return new Uint8Array([
    ...element([0x1a, 0x45, 0xdf, 0xa3], [0x42, 0x86, 0x81, 1]),
    ...[0x18, 0x53, 0x80, 0x67, ...unknownSize],
    ...element([0x16, 0x54, 0xae, 0x6b], track),
    ...[0x1f, 0x43, 0xb6, 0x75, ...unknownSize],
    ...element([0xe7], [0]),
    ...simple.flat(),
  ]);
}

interface OggPage {
  flags: number;
  position: bigint;
  packets: number[][];
}

function readOgg(bytes: Uint8Array): OggPage[] {
  const pages: OggPage[] = [];
  let at = 0;
  while (at < bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const count = bytes[at + 26] ?? 0;
    const lacing = [...bytes.subarray(at + 27, at + 27 + count)];
    const start = at + 27 + count;
    const end = start + lacing.reduce((sum, value) => sum + value, 0);
    const page = bytes.slice(at, end);
    new DataView(page.buffer).setUint32(22, 0, true);
    expect(checksum(page), "checksum").toBe(view.getUint32(22, true));
    expect(view.getUint32(18, true), "sequence").toBe(pages.length);
    const packets: number[][] = [];
    let from = start;
    let length = 0;
    for (const value of lacing) {
      length += value;
      if (value === 255) continue;
      packets.push([...bytes.subarray(from, from + length)]);
      from += length;
      length = 0;
    }
    pages.push({ flags: bytes[at + 5] ?? 0, position: view.getBigUint64(6, true), packets });
    at = end;
  }
  return pages;
}

test("every packet of a recording is in the voice note, in order, with head, tags and an end", () => {
  const packets = Array.from({ length: 120 }, (_, at) => packet(at, at === 7 ? 300 : at === 8 ? 255 : 60));
  const pages = readOgg(webmToOgg(webm(packets)));
  expect(pages[0]).toMatchObject({ flags: 2, packets: [opusHead] });
  expect(Buffer.from(pages[1]?.packets[0] ?? []).toString("latin1", 0, 8)).toBe("OpusTags");
  expect(pages.slice(2).flatMap((page) => page.packets)).toEqual(packets);
  expect(pages.at(-1)).toMatchObject({ flags: 4, position: 120n * 960n });
});

test("a recording without sound is refused rather than sent as an empty note", () => {
  expect(() => webmToOgg(webm([]))).toThrow();
  expect(() => webmToOgg(new Uint8Array([0, 0, 0, 0]))).toThrow();
});

test.each([
  [0x08, 960],
  [0x18, 2880],
  [0x60, 480],
  [0xf9, 1920],
])("the length of a packet that begins with %i is %i samples", (toc, samples) => {
  expect(samplesOf(new Uint8Array([toc, 2]))).toBe(samples);
});
