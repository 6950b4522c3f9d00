import type { KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import { hmac } from "./crypto.ts";
import { RecentMap } from "./recent-map.ts";

// Marks that people leave out or cannot type: accents on Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs and the
// hamza above and below, and the Arabic stretch letter. Vowel signs of Indian scripts stay: there they make the word.
const droppedMarks = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/gu;
const wordPattern = /[\p{L}\p{M}\p{N}]+/gu;
// Scripts that put no spaces between words are cut into pairs of letters.
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu;
const prefixLetters = 4;
const maxWordLetters = 64;
// Enough for any message; a pasted log must not cost a second of hashing.
const maxTextLetters = 20_000;

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** The text as it is compared: no accents, no case, one form per letter. */
export function normaliseText(text: string): string {
  const cut = text.slice(0, maxTextLetters);
  // a third of the cost of indexing a message, and most texts of some languages have nothing to take away
  if (isAscii(cut)) return cut.toLowerCase();
  return (
    cut
      .normalize("NFKD")
      .replace(droppedMarks, "")
      // Upper first: ß becomes ss, and both sigmas one letter.
      .toUpperCase()
      .toLowerCase()
      .replaceAll("ς", "σ")
      .replaceAll("ى", "ي")
      .replaceAll("ة", "ه")
      .normalize("NFC")
  );
}

interface Word {
  text: string;
  /** Part of a text without spaces: a pair of letters or a single one. */
  isPiece: boolean;
}

/** The words of a text in its order. Single letters of spaced scripts are left out, single digits are kept. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  const normal = normaliseText(text);
  if (isAscii(normal)) {
    addAscii(words, normal);
    return words;
  }
  for (const [run] of normal.matchAll(wordPattern)) {
    let from = 0;
    for (const match of run.matchAll(unspaced)) {
      addSpaced(words, run.slice(from, match.index));
      const letters = Array.from(match[0]);
      letters.forEach((letter, i) => {
        const next = letters[i + 1];
        if (next !== undefined) words.push({ text: letter + next, isPiece: true });
        else if (letters.length === 1) words.push({ text: letter, isPiece: true });
      });
      from = match.index + match[0].length;
    }
    addSpaced(words, run.slice(from));
  }
  return words;
}

/** Letter by letter: a search by pattern makes an object for every word it finds. */
function addAscii(words: Word[], lower: string): void {
  let from = -1;
  for (let i = 0; i <= lower.length; i++) {
    const code = i < lower.length ? lower.charCodeAt(i) : 0;
    const isWord = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (isWord && from < 0) from = i;
    if (isWord || from < 0) continue;
    addSpaced(words, lower.slice(from, i));
    from = -1;
  }
}

function addSpaced(words: Word[], run: string): void {
  if (run === "") return;
  // one letter has at most two units: what lies between needs no counting
  if (run.length > 2 && run.length <= maxWordLetters) return void words.push({ text: run, isPiece: false });
  const letters = Array.from(run);
  if (letters.length === 1 && !/\p{N}/u.test(run)) return;
  words.push({
    text: letters.length > maxWordLetters ? letters.slice(0, maxWordLetters).join("") : run,
    isPiece: false,
  });
}

/** What a word of a text can be found by: itself, single letters of a pair, an Arabic word also without its article. */
function formsOf(word: Word): string[] {
  if (word.isPiece) return [word.text, ...word.text];
  const bare = word.text.replace(/^[وفبك]?ال(?=\p{Script=Arabic}{3})/u, "");
  return bare === word.text ? [word.text] : [word.text, bare];
}

/**
 * Search tokens of a text: every word, its first four letters, and for scripts without spaces every letter and every pair.
 * Distinct, at most `max`, in no meaningful order. Tokens of two workspaces have nothing in common.
 */
export function wordTokens(searchKey: KeyObject, text: string, max = 200): bigint[] {
  const tokensOf = tokeniser(searchKey);
  const tokens = new Set<bigint>();
  for (const word of wordsOf(text)) {
    if (tokens.size >= max) break;
    for (const form of formsOf(word)) {
      const { whole, prefix } = tokensOf(form);
      tokens.add(whole);
      if (prefix !== undefined) tokens.add(prefix);
    }
  }
  return tokens.size > max ? [...tokens].slice(0, max) : [...tokens];
}

/**
 * Tokens that a matching text must all have. The last word counts as not finished yet: from four letters on, its first four
 * are looked for. That finds more than was asked (`invoice` finds `involved`): settle with `matchesQuery` on opened texts.
 * Empty when the query holds no word.
 */
export function queryTokens(searchKey: KeyObject, query: string): bigint[] {
  const tokensOf = tokeniser(searchKey);
  const words = wordsOf(query);
  const tokens = words.map((word, i) => {
    const { whole, prefix } = tokensOf(word.text);
    return i === words.length - 1 ? (prefix ?? whole) : whole;
  });
  return [...new Set(tokens)];
}

/** Whether a text holds every word of the query, the last one as the beginning of a word. */
export function matchesQuery(text: string, query: string): boolean {
  const wanted = wordsOf(query);
  const present = wordsOf(text);
  const whole = new Set(present.flatMap(formsOf));
  return (
    wanted.length > 0 &&
    wanted.every((word, i) => {
      if (whole.has(word.text)) return true;
      const isOpen = i === wanted.length - 1 && !word.isPiece && letterCount(word.text) >= prefixLetters;
      return (
        isOpen && present.some((each) => !each.isPiece && formsOf(each).some((form) => form.startsWith(word.text)))
      );
    })
  );
}

/** A word's own token, and that of its first letters where it has as many: a piece of a text without spaces never does. */
interface WordTokens {
  whole: bigint;
  prefix: bigint | undefined;
}

// A common word costs one hash a minute and workspace. Keyed by the KeyObject, which the keyring replaces every 60 s, so that
// words of a closed workspace do not stay. 32 × 2 × 4,000 words are about 25 MB.
const caches = new LRUCache<KeyObject, RecentMap<string, WordTokens>>({ max: 32 });
const generation = 4_000;

function tokeniser(searchKey: KeyObject): (word: string) => WordTokens {
  let cache = caches.get(searchKey);
  if (!cache) caches.set(searchKey, (cache = new RecentMap({ generation })));
  const recent = cache;
  const token = (kind: "w" | "p", word: string): bigint => hmac(searchKey, `${kind}\0${word}`).readBigInt64BE(0);
  return (word) => {
    const known = recent.get(word);
    if (known) return known;
    const hasPrefix = letterCount(word) >= prefixLetters;
    const made = { whole: token("w", word), prefix: hasPrefix ? token("p", firstLetters(word)) : undefined };
    recent.set(word, made);
    return made;
  };
}

/** Whether the first letters are one unit each, so that nothing has to be taken apart. */
function beginsPlainly(word: string): boolean {
  for (let i = 0; i < prefixLetters; i++) if ((word.charCodeAt(i) & 0xf800) === 0xd800) return false;
  return word.length >= prefixLetters;
}

function letterCount(word: string): number {
  return word.length < prefixLetters || beginsPlainly(word) ? word.length : Array.from(word).length;
}

function firstLetters(word: string): string {
  return beginsPlainly(word) ? word.slice(0, prefixLetters) : Array.from(word).slice(0, prefixLetters).join("");
}
