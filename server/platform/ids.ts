import { randomFillSync } from "node:crypto";

// Crockford's letters in ASCII order, so that text order under COLLATE "C" is the order of the 128-bit number.
const letters = "0123456789abcdefghjkmnpqrstvwxyz";
const values = new Map([...letters].map((letter, value) => [letter, value]));
const maxMs = 2 ** 48 - 1;

const pool = Buffer.allocUnsafe(8 * 512);
let poolAt = pool.length;

/** `asked` is the time of the request, `ms` the time written: they differ when one millisecond ran out of counter values. */
interface Sequence {
  asked: number;
  ms: number;
  counter: number;
}
// Two sequences, so that an id made for another time (an import, a test clock) never pulls the ids of "now" along.
const live: Sequence = { asked: -1, ms: -1, counter: 0 };
const given: Sequence = { asked: -1, ms: -1, counter: 0 };

/**
 * `<prefix>_` + 26 characters of a UUIDv7 (RFC 9562, method 1: 12-bit counter, 62 random bits). Within the process each id is
 * greater than the one before it, also when the system clock steps back. `atMs` makes an id for that time; ids for one and
 * the same `atMs` are increasing too.
 */
export function newId(prefix: string, atMs?: number): string {
  if (atMs !== undefined && !(atMs >= 0 && atMs <= maxMs)) throw new RangeError("time outside the range of an id");
  const sequence = atMs === undefined ? live : given;
  const asked = atMs === undefined ? Date.now() : Math.trunc(atMs);
  const isNext = asked <= sequence.ms && (atMs === undefined || asked >= sequence.asked);
  if (isNext) {
    sequence.counter += 1;
    if (sequence.counter > 0xfff) {
      sequence.ms += 1;
      sequence.counter = 0;
    }
  } else {
    sequence.ms = asked;
    // Half of the counter stays free: at least 2,048 ids in a millisecond before the next one is borrowed.
    sequence.counter = pool.readUInt16BE(randomBytes8()) & 0x7ff;
  }
  sequence.asked = asked;
  const tail = randomBytes8();
  const high = Math.floor(sequence.ms / 0x10000);
  const low = ((sequence.ms % 0x10000) << 16) | 0x7000 | sequence.counter;
  const tailHigh = (pool.readUInt32BE(tail) & 0x3fffffff) | 0x80000000;
  return encode(prefix, [high, low, tailHigh, pool.readUInt32BE(tail + 4)]);
}

/** Milliseconds since 1970 at which the id was made. Throws a RangeError for anything that is not an id. */
export function idTime(id: string): number {
  const text = id.slice(id.lastIndexOf("_") + 1);
  if (!isBody(text)) throw new RangeError("not an id");
  let ms = 0;
  // 50 bits: the two leading zeros of the first letter and the 48 bits of the time.
  for (let i = 0; i < 10; i++) ms = ms * 32 + (values.get(text[i] ?? "") ?? 0);
  return ms;
}

/** True when `s` is an id with exactly this prefix. Says nothing about whether such a row exists. */
export function isId(prefix: string, s: unknown): s is string {
  return (
    typeof s === "string" &&
    s.length === prefix.length + 27 &&
    s.startsWith(`${prefix}_`) &&
    isBody(s.slice(prefix.length + 1))
  );
}

function isBody(text: string): boolean {
  return /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);
}

/** Where in the pool the next eight stand. */
function randomBytes8(): number {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += 8;
  return poolAt - 8;
}

const codes = Buffer.from(letters, "latin1");
const scratch = Buffer.allocUnsafe(64);

/** One text made at once: put together of letters it would be copied again wherever it is used. */
function encode(prefix: string, words: readonly [number, number, number, number]): string {
  let at = scratch.write(prefix, "latin1");
  scratch[at++] = 0x5f; // _
  let bits = 2;
  let rest = 0;
  for (const word of words) {
    for (let shift = 24; shift >= 0; shift -= 8) {
      rest = ((rest << 8) | ((word >>> shift) & 0xff)) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        scratch[at++] = codes[(rest >>> bits) & 31] ?? 0;
      }
    }
  }
  return scratch.toString("latin1", 0, at);
}
