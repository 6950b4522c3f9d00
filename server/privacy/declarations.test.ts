import { expect, test } from "vitest";
import { describe } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { declarationProblems } from "./check-declarations.ts";
import { prove, readEvidence, readPromises } from "./evidence.ts";
import { evidenceHtml } from "./evidence-page.ts";

test("what is declared agrees with itself: sealed is bytes, bytes are sealed, every time limit has its column [API-26]", () => {
  expect(declarationProblems(allTables.map(describe))).toEqual([]);
});

test("every tag names a promise, and no promise of a later function is claimed", () => {
  const promises = readPromises();
  const ids = new Set(promises.map(({ id }) => id));
  expect(ids.size).toBe(239);
  expect(Object.keys(readEvidence()).filter((id) => !ids.has(id))).toEqual([]);
  const all = Object.fromEntries(
    Object.values(readEvidence()).flatMap((titles) => titles.map((title) => [title, "passed" as const])),
  );
  const claimed = prove(promises, readEvidence(), all).filter(({ state }) => state === "kept");
  expect(claimed.filter(({ promise }) => promise.pending !== undefined)).toEqual([]);
});

test("a promise is kept only when every test of it passed, and shown only then", () => {
  const promises = readPromises().slice(0, 3);
  const [first, second, third] = promises.map(({ id }) => id);
  const evidence = { [first ?? ""]: ["a", "b"], [second ?? ""]: ["c"] };
  const states = (tests: Record<string, "passed" | "failed">) =>
    prove(promises, evidence, tests).map(({ state }) => state);
  expect(states({ a: "passed", b: "passed", c: "failed" })).toEqual(["kept", "broken", "unproved"]);
  expect(states({ a: "passed", c: "passed" })).toEqual(["unproved", "kept", "unproved"]);
  const html = evidenceHtml(prove(promises, evidence, { a: "passed", b: "passed", c: "failed" }), undefined);
  expect([first, second, third].map((id) => html.includes(`<td>${id}</td>`))).toEqual([true, false, false]);
  expect(html).not.toMatch(/https?:\/\/|<script/);
});
