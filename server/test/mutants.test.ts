import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assertFits, mutants } from "../../scripts/mutants.ts";

const root = path.resolve(import.meta.dirname, "../..");

test("every deliberate fault of the conformance run stands once in its file, changes it, and names tests that are there", () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  expect(new Set(mutants.map(({ what }) => what)).size).toBe(mutants.length);
  for (const mutant of mutants) {
    assertFits(mutant);
    expect([mutant.what, mutant.from === mutant.to]).toEqual([mutant.what, false]);
    expect(mutant.tests.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  }
});
