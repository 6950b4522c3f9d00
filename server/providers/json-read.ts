import { hash } from "node:crypto";

// Narrow readers for what vendors send. Tolerant on purpose (a number where a string is documented, a missing key, a value too
// long): a message must not be lost to a quirk. No schema library here: this is the hot path.

export type Json = Readonly<Record<string, unknown>>;
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Remembers that something was shortened. One per message. */
export type Cut = { isCut: boolean };

export function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

const nothing: readonly unknown[] = [];
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing;
}

const loneSurrogate = /\p{Surrogate}/gu;

/** PostgreSQL text takes no NUL and no lone surrogate; both reach us as JSON escapes. */
export function cleanText(text: string): string {
  if (!text.includes("\0") && text.isWellFormed()) return text;
  return text.replaceAll("\0", "").replace(loneSurrogate, "");
}

/** Text of at most `max` UTF-16 units, cut between characters; numbers become text; anything else or nothing is undefined. */
export function readText(value: unknown, max: number, cut?: Cut): string | undefined {
  if (typeof value !== "string") return typeof value === "number" ? String(value) : undefined;
  const text = cleanText(value);
  if (text.length === 0) return undefined;
  if (text.length <= max) return text;
  if (cut) cut.isCut = true;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** An id, whole or not at all: a shortened id would mean someone else. */
export function readId(value: unknown, max = 512): string | undefined {
  if (typeof value === "string") {
    return value.length > 0 && value.length <= max && isPlain(value) ? value : undefined;
  }
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Printable, no spaces at the ends that matter, no controls. */
function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f || (unit >= 0xd800 && unit <= 0xdfff)) return false;
  }
  return true;
}

export function readNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const latestSeconds = 253_402_300_799; // the end of year 9999, the last that ISO 8601 and PostgreSQL agree on

/** Unix seconds as text or number. Milliseconds are recognised by size: seconds stay below 1e11 until the year 5138. */
export function readSeconds(value: unknown): Date | undefined {
  const number = readNumber(value);
  if (number === undefined || number < 0) return undefined;
  const seconds = number >= 1e11 ? number / 1000 : number;
  return seconds <= latestSeconds ? new Date(seconds * 1000) : undefined;
}

/** An http(s) address that is short enough to keep whole. */
export function readUrl(value: unknown, max = 2048): string | undefined {
  if (typeof value !== "string" || value.length > max || !/^https?:\/\//i.test(value)) return undefined;
  return cleanText(value);
}

const sha256Hex = /^[0-9a-f]{64}$/i;
const sha256Base64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Lower-case hex, whether it came as hex or base64; undefined for anything that is no SHA-256. */
export function readSha256(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (sha256Hex.test(value)) return value.toLowerCase();
  if (!sha256Base64.test(value)) return undefined;
  return Buffer.from(value, "base64").toString("hex");
}

/** `+` and digits, from digits with any usual decoration; undefined for what cannot be one. E.164 ends at 15 digits; test numbers are short. */
export function readPhone(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length < 3 || text.length > 32) return undefined;
  const digits = /^\d+$/.test(text) ? text : text.replace(/[\s()+.\-\u00a0]/g, "");
  return digits.length >= 3 && digits.length <= 15 && /^\d+$/.test(digits) ? `+${digits}` : undefined;
}

/** A copy that can be stored anywhere. Below 64 levels, deeper than any real payload, values are left out. */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= 64) return null;
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), cleanJson(item, depth + 1)] as const),
  );
}

/** A short, stable name for something that has no id of its own. */
export function fingerprint(value: unknown): string {
  return hash("sha256", typeof value === "string" ? value : stringify(value), "base64url").slice(0, 27);
}

/** JSON.stringify recurses: something nested thousands deep overflows its stack and is shortened first. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(cleanJson(value));
  }
}
