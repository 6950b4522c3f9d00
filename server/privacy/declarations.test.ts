import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { describe } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { declarationProblems } from "./check-declarations.ts";
import { prove, readConformance, readEvidence, readPromises } from "./evidence.ts";
import { evidenceBody } from "./evidence-page.ts";

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

test("what is claimed is proved by tests that are there: each of them, under its title, with the promise's id", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const evidence = readEvidence();
  const missing = Object.entries(evidence).flatMap(([id, titles]) =>
    titles.filter((one) => {
      const [file = "", title = ""] = one.split(/ > (.*)/s);
      const source = existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), "utf8") : "";
      return !source.replaceAll(/\\(["'`])/g, "$1").includes(title) || !title.includes(id);
    }),
  );
  expect(missing).toEqual([]);
  const conformance = readConformance();
  for (const { promise, state, tests } of prove(readPromises(), evidence, conformance?.tests ?? {}))
    if (state === "kept") {
      expect([promise.id, tests.length > 0]).toEqual([promise.id, true]);
      for (const title of tests) expect([title, conformance?.tests[title]]).toEqual([title, "passed"]);
    }
});

test("a promise is kept only when every test of it passed, and shown only then", () => {
  const promises = readPromises().slice(0, 3);
  const [first, second, third] = promises.map(({ id }) => id);
  const evidence = { [first ?? ""]: ["a", "b"], [second ?? ""]: ["c"] };
  const states = (tests: Record<string, "passed" | "failed">) =>
    prove(promises, evidence, tests).map(({ state }) => state);
  expect(states({ a: "passed", b: "passed", c: "failed" })).toEqual(["kept", "broken", "unproved"]);
  expect(states({ a: "passed", c: "passed" })).toEqual(["unproved", "kept", "unproved"]);
  const html = evidenceBody(prove(promises, evidence, { a: "passed", b: "passed", c: "failed" }), undefined).text;
  expect([first, second, third].map((id) => html.includes(`<code>${id}</code>`))).toEqual([true, false, false]);
  expect(html).not.toMatch(/https?:\/\/|<script/);
});
