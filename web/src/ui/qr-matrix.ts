// QR codes by ISO/IEC 18004, as far as a screen needs them: bytes, error correction L (7 %), versions 1 to 20, up to 858 bytes.

/** By version: error correction bytes a block, and blocks; table 9 of the standard, level L. */
const eccBytes = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];
const blockCounts = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];

/** Rows of modules; true is dark. Without the quiet zone of four modules. */
export type QrMatrix = readonly (readonly boolean[])[];

/** All modules that may hold data, before error correction is taken off. */
function rawBits(version: number): number {
  const patterns = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const alignment = version === 1 ? 0 : 25 * patterns * patterns - 10 * patterns - 55;
  return 16 * version * version + 128 * version + 64 - alignment - (version >= 7 ? 36 : 0);
}

const dataBytes = (version: number): number =>
  Math.floor(rawBits(version) / 8) - (eccBytes[version - 1] ?? 0) * (blockCounts[version - 1] ?? 0);

/** Of GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function generator(degree: number): number[] {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++)
      result[j] = multiply(result[j] ?? 0, root) ^ (j + 1 < degree ? (result[j + 1] ?? 0) : 0);
    root = multiply(root, 2);
  }
  return result;
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  const result = Array<number>(divisor.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((part, i) => (result[i] = (result[i] ?? 0) ^ multiply(part, factor)));
  }
  return result;
}

function dataOf(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const push = (value: number, length: number): void => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  push(4, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  const capacity = dataBytes(version) * 8;
  push(0, Math.min(4, capacity - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) push(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

/** Blocks with their correction, interleaved byte by byte. */
function interleave(data: readonly number[], version: number): number[] {
  const count = blockCounts[version - 1] ?? 1;
  const ecc = eccBytes[version - 1] ?? 7;
  const total = Math.floor(rawBits(version) / 8);
  const shortCount = count - (total % count);
  const shortLength = Math.floor(total / count) - ecc;
  const divisor = generator(ecc);
  let at = 0;
  const blocks = Array.from({ length: count }, (_, i) => {
    const part = data.slice(at, (at += shortLength + (i < shortCount ? 0 : 1)));
    return { part, check: remainder(part, divisor) };
  });
  const take = (length: number, from: (block: (typeof blocks)[number]) => readonly number[]): number[] =>
    Array.from({ length }, (_, i) => blocks.flatMap((block) => from(block)[i] ?? [])).flat();
  return [...take(shortLength + 1, ({ part }) => part), ...take(ecc, ({ check }) => check)];
}

function alignmentPositions(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  const last = version * 4 + 10;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** What makes a code hard to read: long runs, blocks, false finders, more of one colour. */
function penalty(dark: readonly (readonly boolean[])[]): number {
  const size = dark.length;
  let score = 0;
  const at = (x: number, y: number): boolean => dark[y]?.[x] === true;
  const finder = /(?=0000(1011101)|(1011101)0000)/g;
  for (let line = 0; line < size; line++) {
    for (const text of [
      Array.from({ length: size }, (_, i) => (at(i, line) ? "1" : "0")).join(""),
      Array.from({ length: size }, (_, i) => (at(line, i) ? "1" : "0")).join(""),
    ]) {
      for (const run of text.match(/1{5,}|0{5,}/g) ?? []) score += run.length - 2;
      score += 40 * [...`0000${text}0000`.matchAll(finder)].length;
    }
  }
  for (let y = 0; y < size - 1; y++)
    for (let x = 0; x < size - 1; x++)
      if (at(x, y) === at(x + 1, y) && at(x, y) === at(x, y + 1) && at(x, y) === at(x + 1, y + 1)) score += 3;
  const share = dark.flat().filter(Boolean).length / (size * size);
  return score + Math.floor(Math.abs(share - 0.5) * 20) * 10;
}

/** The code of a text. Throws RangeError beyond 858 bytes. */
export function qrMatrix(text: string): QrMatrix {
  const bytes = new TextEncoder().encode(text);
  const version = eccBytes.findIndex((_, i) => bytes.length + (i < 9 ? 2 : 3) <= dataBytes(i + 1)) + 1;
  if (version === 0) throw new RangeError("too long for a QR code");
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const isFixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, isDark: boolean): void => {
    const [row, fixed] = [dark[y], isFixed[y]];
    if (!row || !fixed || x < 0 || x >= size) return;
    row[x] = isDark;
    fixed[x] = true;
  };
  const square = (cx: number, cy: number, radius: number, isDark: (distance: number) => boolean): void => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) set(cx + dx, cy + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(x, y, 4, (distance) => distance !== 2 && distance !== 4);
  const positions = alignmentPositions(version);
  const last = size - 7;
  for (const x of positions)
    for (const y of positions) {
      const isOnFinder = (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
      if (!isOnFinder) square(x, y, 2, (distance) => distance !== 1);
    }
  drawVersion(version, size, set);
  drawFormat(0, size, set);
  place(interleave(dataOf(bytes, version), version), dark, isFixed);

  const candidates = masks.map((mask, number) => {
    const masked = dark.map((row, y) => row.map((bit, x) => (isFixed[y]?.[x] ? bit : bit !== mask(x, y))));
    drawFormat(number, size, (x, y, isDark) => {
      const row = masked[y];
      if (row) row[x] = isDark;
    });
    return { masked, score: penalty(masked) };
  });
  return candidates.reduce((best, one) => (one.score < best.score ? one : best)).masked;
}

type SetModule = (x: number, y: number, isDark: boolean) => void;

function drawFormat(mask: number, size: number, set: SetModule): void {
  const data = (1 << 3) | mask; // 01: level L
  let rest = data;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (i: number): boolean => ((bits >>> i) & 1) === 1;
  for (let i = 0; i <= 5; i++) set(8, i, bit(i));
  set(8, 7, bit(6));
  set(8, 8, bit(7));
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

function drawVersion(version: number, size: number, set: SetModule): void {
  if (version < 7) return;
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const isDark = ((bits >>> i) & 1) === 1;
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(a, b, isDark);
    set(b, a, isDark);
  }
}

/** Two columns at a time from the right, up and down by turns, past the timing column. */
function place(bytes: readonly number[], dark: boolean[][], isFixed: readonly (readonly boolean[])[]): void {
  const size = dark.length;
  let i = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = dark[y];
        if (!row || isFixed[y]?.[x] || i >= bytes.length * 8) continue;
        row[x] = (((bytes[i >>> 3] ?? 0) >>> (7 - (i & 7))) & 1) === 1;
        i++;
      }
    }
  }
}
