import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { matchesQuery, normaliseText, queryTokens, wordTokens } from "./words.ts";

const key = createSecretKey(randomBytes(32));

/** What the database does: every token of the query is among those of the text. */
function finds(query: string, text: string): boolean {
  const tokens = new Set(wordTokens(key, text));
  const wanted = queryTokens(key, query);
  return wanted.length > 0 && wanted.every((token) => tokens.has(token));
}

test.each([
  ["Café CRÈME", "cafe creme"],
  ["ﬁne Ｗｉｄｅ １２", "fine wide 12"],
  ["STRASSE Straße", "strasse strasse"],
  ["ΣΟΦΟΣ σοφός", "σοφοσ σοφοσ"],
  ["İstanbul ISPARTA ısparta", "istanbul isparta isparta"],
  ["السَّلَامُ عليكـــم", "السلام عليكم"],
  ["أحمد إلى آخر مدرسة", "احمد الي اخر مدرسه"],
  ["שָׁלוֹם", "שלום"],
  ["हिन्दी", "हिन्दी"],
  ["한국어", "한국어"],
  ["がぎ ｶﾞ", "がぎ ガ"],
])("%j is compared as %j", (text, expected) => {
  expect(normaliseText(text)).toBe(expected.normalize("NFC"));
});

test.each(["Order no. 4471, b-2 is LATE", "a b c 7", "x".repeat(70), "under_score it's", ""])(
  "the quick way through plain letters finds the same words: %j",
  (text) => {
    const slow = new Set(wordTokens(key, `${text} жук`));
    for (const token of wordTokens(key, "жук")) slow.delete(token);
    expect(new Set(wordTokens(key, text))).toEqual(slow);
  },
);

test("more words than are remembered keep their tokens", () => {
  const text = (from: number): string => Array.from({ length: 90 }, (_, i) => `w${from + i}`).join(" ");
  const before = wordTokens(key, text(0));
  for (let from = 0; from < 20_000; from += 90) wordTokens(key, text(from));
  expect(wordTokens(key, text(0))).toEqual(before);
});

describe("search", () => {
  test.each([
    ["invoice", "Your INVOICE no. 4471 is ready", true],
    ["invo", "Your invoice is ready", true],
    ["4471", "Your invoice no. 4471 is ready", true],
    ["ready invoice", "Your invoice is ready", true],
    ["in", "Your invoice is ready", false],
    ["inv", "Your invoice is ready", false],
    ["invo ready", "Your invoice is ready", false],
    ["cafe", "Jumpa di Café esok", true],
    ["7", "room 7", true],
    ["+60 12-345 6789", "call 60 12 345 6789 now", true],
    ["مدرسه", "ذهبت إلى المدرسة ومدرسة أخرى", true],
    ["سلام", "والسلام عليكم", true],
    ["السلام", "السلام عليكم", true],
    ["عليك", "السلام عليكم", true],
    ["له", "الله أعلم", false],
    ["你好", "你好，请问有货吗", true],
    ["有货", "你好，请问有货吗", true],
    ["货", "你好，请问有货吗", true],
    ["货有", "你好，请问有货吗", false],
    ["สวัสดี", "สวัสดีครับ", true],
    ["ラーメン", "おいしいラーメンです", true],
    ["iphone 手机", "买iPhone手机壳", true],
    ["हिन्दी", "मुझे हिन्दी आती है", true],
    ["🙂", "🙂", false],
    ["", "anything", false],
    ["a", "a b c", false],
  ])("%j in %j: %s", (query, text, expected) => {
    expect(finds(query, text)).toBe(expected);
    if (expected) expect(matchesQuery(text, query)).toBe(true);
  });

  test("what the four-letter prefix finds too much is settled on the opened text", () => {
    expect(finds("invoice", "He was involved")).toBe(true);
    expect(matchesQuery("He was involved", "invoice")).toBe(false);
    expect(matchesQuery("Two invoices", "invoice")).toBe(true);
    expect(matchesQuery("anything", "")).toBe(false);
  });

  test("a word matches on both sides even where it is absurdly long", () => {
    const long = "x".repeat(500);
    expect(finds(`${long} end`, `${long} end`)).toBe(true);
  });
});

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

describe("tokens", () => {
  test("are signed 64-bit numbers, distinct, and the same again", () => {
    const tokens = wordTokens(key, "one two three two one");
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(wordTokens(key, "three two one").toSorted(ascending)).toEqual(tokens.toSorted(ascending));
    const many = wordTokens(key, Array.from({ length: 150 }, (_, i) => `w${i}`).join(" "));
    expect(many.some((token) => token < 0n) && many.some((token) => token > 0n)).toBe(true);
    expect(many.every((token) => BigInt.asIntN(64, token) === token)).toBe(true);
  });

  test("of two workspaces have nothing in common", () => {
    const other = wordTokens(createSecretKey(randomBytes(32)), "one two three");
    expect(wordTokens(key, "one two three").some((token) => other.includes(token))).toBe(false);
  });

  test("a word of four letters and the prefix of a longer one are different tokens", () => {
    expect(wordTokens(key, "invo").length).toBe(2);
    expect(finds("invo x1", "invoice x1")).toBe(false);
  });

  test("a pasted log stays within the limit", () => {
    const log = Array.from({ length: 50_000 }, (_, i) => `line${i}`).join(" ");
    expect(wordTokens(key, log)).toHaveLength(200);
    expect(wordTokens(key, log, 10)).toHaveLength(10);
  });

  test.each(["", "   ", "…—!?", "\u0000", "\ud800", "👍🏽"])("%j has no words and does no harm", (text) => {
    expect(wordTokens(key, text)).toEqual([]);
  });
});
