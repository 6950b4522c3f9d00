import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { messageFaults } from "../../server/messages/message-error.ts";
import { languageNames } from "../../server/platform/languages.ts";
import { locales, nameOf } from "../src/text.ts";

const folder = path.join(import.meta.dirname, "../src/text");
const read = (file: string): Record<string, string> =>
  JSON.parse(fs.readFileSync(path.join(folder, `${file}.json`), "utf8")) as Record<string, string>;

const valuesIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((hit) => hit[1] ?? ""))].sort();

/** The cases of each plural in a text: "one", "other", "=0" … */
const casesIn = (text: string): string[][] =>
  text
    .split(/\{\w+, plural,/)
    .slice(1)
    .map((plural) => [...plural.matchAll(/(?:^|\})\s*(=?\w+) \{/g)].map((hit) => hit[1] ?? ""));

const translated = locales.filter((one) => one !== "en");
const files = translated.flatMap((language) =>
  ["", "pages-"].map((part) => [language, `${part}${language}`, `${part}en`] as const),
);

test("there are English, Malay, French, Spanish and Portuguese, among others [MSJ-25]", () => {
  expect(locales).toEqual(expect.arrayContaining(["en", "ms", "fr", "es", "pt"]));
});

test.each(files)(
  "%s: %s translates every text and no other, with the same values in each [MSJ-25]",
  (_, file, english) => {
    const [own, source] = [read(file), read(english)];
    expect(Object.keys(own)).toEqual(Object.keys(source));
    for (const [key, text] of Object.entries(own)) {
      expect(text.trim(), key).not.toBe("");
      expect(valuesIn(text), key).toEqual(valuesIn(source[key] ?? ""));
    }
  },
);

test.each([...files, ["en", "en", "en"], ["en", "pages-en", "pages-en"]] as const)(
  "%s: the plurals of %s are those of the language",
  (language, file) => {
    const known = new Intl.PluralRules(language).resolvedOptions().pluralCategories as string[];
    for (const [key, text] of Object.entries(read(file)))
      for (const cases of casesIn(text)) {
        expect(cases, key).toContain("other");
        expect(
          cases.filter((one) => !one.startsWith("=") && !known.includes(one)),
          key,
        ).toEqual([]);
      }
  },
);

test.each(translated)("%s says of every fault of a message why, in its own words", (language) => {
  const own = read(`faults-${language}`);
  expect(Object.keys(own).sort()).toEqual(Object.keys(messageFaults).sort());
  for (const [key, text] of Object.entries(own)) {
    const { happened, means, toDo } = messageFaults[key] ?? {};
    expect(text.length, key).toBeGreaterThan(20);
    for (const part of [happened, means, toDo]) expect(text, key).not.toContain(part);
  }
});

describe("the list of languages", () => {
  test("is the same in the app and on the server, and every file of texts belongs to one", () => {
    expect(Object.fromEntries(locales.map((one) => [one, nameOf(one)]))).toEqual(languageNames);
    const named = locales.flatMap((one) => [
      `${one}.json`,
      `pages-${one}.json`,
      ...(one === "en" ? [] : [`faults-${one}.json`]),
    ]);
    expect(fs.readdirSync(folder).sort()).toEqual(named.sort());
  });

  test("no key of a screen repeats one of the inbox", () => {
    const inbox = read("en");
    expect(Object.keys(read("pages-en")).filter((key) => key in inbox)).toEqual([]);
  });
});
