import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { taggedTests } from "../../scripts/tagged-tests.ts";
import { chapterOf, readChecklist, stateOf } from "./asvs.ts";
import { readConformance } from "./evidence.ts";
import { readProjectReview } from "./security-review.ts";
import { checklistBody, reviewSection } from "./security-page.ts";

const root = path.resolve(import.meta.dirname, "../..");
const list = readChecklist();

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, counted in the standard: by chapter, its sections in order. */
const sections: Readonly<Record<number, readonly number[]>> = {
  ...{ 1: [2, 9, 11, 3, 2], 2: [3, 3, 4, 1], 3: [0, 2, 4, 6, 5, 0, 2], 4: [3, 1, 2, 4], 5: [1, 3, 2, 3] },
  ...{ 6: [3, 12, 4, 4, 5, 3, 0, 4], 7: [3, 4, 2, 5, 2, 2], 8: [2, 3, 1, 1], 9: [3, 4], 10: [2, 2, 4, 11, 5, 2, 3] },
  ...{
    11: [2, 3, 3, 4, 1, 1, 0],
    12: [3, 2, 4],
    13: [1, 5, 2, 5],
    14: [2, 4, 3],
    15: [3, 3, 7, 0],
    16: [1, 5, 4, 3, 3],
    17: [1, 4, 2],
  },
};

test("every requirement of ASVS 5.0.0 at levels 1 and 2 has one answer, with its reason, for the version that this is [ONE-39]", () => {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  expect(list.version).toBe(version);
  expect(readFileSync(path.join(root, "CHANGELOG.md"), "utf8")).toMatch(/^## (Unreleased|\d+\.\d+\.\d+)$/m);
  const ids = list.answers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const counted = Object.fromEntries(
    Object.entries(sections).map(([chapter, counts]) => [
      chapter,
      counts.map((_, at) => ids.filter((id) => id.startsWith(`${chapter}.${at + 1}.`)).length),
    ]),
  );
  expect(counted).toEqual(sections);
  const levels = [1, 2].map((level) => list.answers.filter((answer) => answer.level === level).length);
  expect(levels).toEqual([70, 183]);
  for (const { id, because } of list.answers) expect([id, because.length >= 4]).toEqual([id, true]);
});

test("what is called met names tests that are there, of which none failed at the recorded run, or files that are there [ONE-39]", () => {
  const known = new Set(taggedTests().map(({ file, title }) => `${file} > ${title}`));
  const outcomes = readConformance()?.tests ?? {};
  for (const answer of list.answers) {
    const { id, state, tests = [], files = [] } = answer;
    if (state === "met") expect([id, tests.length + files.length > 0]).toEqual([id, true]);
    expect([id, tests.filter((title) => !known.has(title) || outcomes[title] === "failed")]).toEqual([id, []]);
    expect([id, files.filter((file) => !existsSync(path.join(root, file)))]).toEqual([id, []]);
  }
});

test("a requirement is shown as met only if each of its tests passed at the recorded run; what is not met is said, on the page too [ONE-39]", () => {
  const [answer] = list.answers.filter(({ tests = [] }) => tests.length > 1);
  if (!answer?.tests) throw new Error("no answer has two tests");
  const all = Object.fromEntries(answer.tests.map((title) => [title, "passed" as const]));
  expect(stateOf(answer, all)).toBe("met");
  expect(stateOf(answer, { ...all, [answer.tests[1] ?? ""]: "failed" })).toBe("unproved");
  expect(stateOf(answer, {})).toBe("unproved");
  const page = checklistBody(list, readConformance()?.tests ?? {}, "en").text;
  for (const { id } of list.answers) expect(page).toContain(`<code dir="ltr">V${id}</code>`);
  const unmet = list.answers.filter(({ state }) => state === "not_met");
  expect(unmet.length).toBeGreaterThan(0);
  expect(page.match(/data-state="not_met">not met</g)).toHaveLength(unmet.length);
  // and before anything is unfolded
  for (const { asks } of unmet)
    expect(page.slice(0, page.indexOf("<details")).replaceAll("&#39;", "'")).toContain(asks);
  expect(page).toContain("CC BY-SA 4.0");
  for (const one of list.answers) expect(chapterOf(one)).toMatch(/^\d+$/);
});

test("the project's review is of this version, not three months older than the recorded run, and says what was not made [MSJ-36]", () => {
  const review = readProjectReview();
  expect(review.version).toBe(list.version);
  const recorded = new Date(readConformance()?.at ?? review.at).getTime();
  expect(Math.abs(recorded - new Date(review.at).getTime())).toBeLessThan(92 * 86_400_000);
  const page = reviewSection(
    { ...review, parts: { ...review.parts, audit: { state: "not_made", says: "No answer." } } },
    undefined,
    "en",
  ).text;
  expect(page).toContain(review.at.slice(0, 10));
  expect(page).toContain("not made. No answer.");
  // an audit that was not made leaves the requirement about it unmet
  const onAudit = list.answers.find(({ id }) => id === "15.2.1");
  expect(review.parts.audit.state === "passed" || onAudit?.state === "not_met").toBe(true);
});
