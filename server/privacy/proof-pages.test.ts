import { expect, test } from "vitest";
import { languages } from "../platform/languages.ts";
import { createTestApp } from "../test/app.ts";
import { chapterNumbers, readChecklist, stateOf } from "./asvs.ts";
import { prove, readConformance, readEvidence, readPromises } from "./evidence.ts";
import { proofTexts } from "./proof-text.ts";

const t = createTestApp();
const page = async (path: string): Promise<string> => (await fetch(`${t.url}${path}`)).text();
const paths = ["/privacy/security", "/privacy/evidence"] as const;
const outcomes = readConformance()?.tests ?? {};

/** What is to be read before anything is unfolded. */
const inShort = (text: string): string => text.slice(0, text.indexOf("<details"));

test("the pages of proof say in short, in each language, how many requirements are met and promises proved, and when it was looked at last", async () => {
  const shown = readChecklist().answers.map((answer) => stateOf(answer, outcomes));
  const kept = prove(readPromises(), readEvidence(), outcomes).filter(({ state }) => state === "kept");
  for (const language of languages) {
    const { short, security, evidence, state } = proofTexts[language];
    const [first = "", second = ""] = await Promise.all(paths.map((path) => page(`${path}?lang=${language}`)));
    expect(first).toContain(`<html lang="${language}"`);
    expect(inShort(first)).toContain(`<h2 id="short">${short}</h2>`);
    for (const key of ["met", "not_met", "not_applicable"] as const) {
      const count = shown.filter((one) => one === key).length;
      expect(inShort(first)).toMatch(new RegExp(`<dt>${state[key]}</dt>\\s*<dd data-state="${key}">${count}</dd>`));
    }
    expect(inShort(first)).toContain(security.ownNone);
    expect(inShort(first).match(/<time /g)).toHaveLength(1);
    expect(second).toContain(`<html lang="${language}"`);
    expect(inShort(second)).toMatch(new RegExp(`<dt>${evidence.proved}</dt>\\s*<dd>${kept.length}</dd>`));
    for (const text of [first, second]) expect(text).toContain(`<a href="/privacy?lang=${language}"`);
  }
});

test("what is long on the pages of proof is folded, and its tables stack on a phone as those of the privacy page do", async () => {
  for (const path of paths) {
    const text = await page(path);
    expect(text).not.toMatch(/<details[^>]* open/);
    expect(inShort(text)).not.toContain("<table");
    const tables = text.match(/<table[^>]*>/g) ?? [];
    expect(tables.length).toBeGreaterThan(5);
    for (const tag of tables) expect(tag).toContain('class="stacks"');
    // each cell names its column where the heads are away
    expect(text.match(/<td role="cell" data-label="[^"]+">/g)?.length).toBe(text.match(/<td\b/g)?.length);
  }
});

test("every chapter of the checklist has a name in each language", () => {
  for (const language of languages)
    expect([language, proofTexts[language].chapters.split(";").length]).toEqual([language, chapterNumbers.length]);
});
