import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const folder = path.join(import.meta.dirname, "../src/text");
const read = (language: string): Record<string, string> =>
  JSON.parse(fs.readFileSync(path.join(folder, `${language}.json`), "utf8")) as Record<string, string>;
const english = read("en");
const englishPages = read("pages-en");
const valuesIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((hit) => hit[1] ?? ""))].sort();

describe.each(["de", "ar"])("%s", (language) => {
  test("translates known texts only, with the same values in each", () => {
    for (const [key, text] of Object.entries(read(language))) {
      expect(english, `${key} is no text of the app`).toHaveProperty([key]);
      expect(valuesIn(text), key).toEqual(valuesIn(english[key] ?? ""));
    }
  });
});

describe.each(["pages-de", "pages-ar"])("%s", (language) => {
  test("translates every text, with the same values in each", () => {
    const own = read(language);
    expect(Object.keys(own)).toEqual(Object.keys(englishPages));
    for (const [key, text] of Object.entries(own))
      expect(valuesIn(text), key).toEqual(valuesIn(englishPages[key] ?? ""));
  });

  test("repeats no key of the inbox", () => {
    expect(Object.keys(englishPages).filter((key) => key in english)).toEqual([]);
  });
});
