// Runs each mutant against its tests, in one Vitest that stays: the database is started once, and only what changed is read anew.
import { join, relative } from "node:path";
import type { TestModule, TestSpecification } from "vitest/node";
import { createVitest } from "vitest/node";
import { declarationProblems } from "../server/privacy/check-declarations.ts";
import { describe, type TableDeclaration } from "../server/platform/table.ts";
import { allTables } from "../server/schema.ts";
import type { Conformance } from "../server/privacy/evidence.ts";
import { assertFits, mutants, type Mutant } from "./mutants.ts";

const root = join(import.meta.dirname, "..");

/** One fault in each declaration: killed when the rules of the declarations notice. */
function declarationMutants(): { what: string; tables: TableDeclaration[] }[] {
  const tables = allTables.map(describe);
  const change = (name: string, changed: TableDeclaration) =>
    tables.map((table) => (table.name === name ? changed : table));
  return tables.flatMap((table) => {
    const { name, privacy, columns } = table;
    const ofColumns = Object.entries(columns).flatMap(([key, column]) => {
      const isSealed =
        column.category.startsWith("user.") && column.category !== "user.device" && column.category !== "user.behavior";
      if (!isSealed && column.category !== "credential.secret") return [];
      const plain = { ...columns, [key]: { ...column, category: "system" as const } };
      return [
        { what: `${name}.${key} is declared to be nobody's data`, tables: change(name, { ...table, columns: plain }) },
      ];
    });
    const limits = typeof privacy.retention === "object" ? [privacy.retention].flat() : [];
    const ofLimits = limits.flatMap((limit) =>
      typeof limit.days === "number"
        ? [
            {
              what: `${name} is kept ${limit.days} days more than for ever`,
              tables: change(name, {
                ...table,
                privacy: { ...privacy, retention: { ...limit, days: limit.days + 3650 } },
              }),
            },
          ]
        : [],
    );
    return [...ofColumns, ...ofLimits];
  });
}

/** Throws when a mutant no longer fits its file, or when its tests are red without it: `tries` times, each named. */
export async function runMutants(tries: number): Promise<NonNullable<Conformance["mutation"]>> {
  const declared = declarationMutants();
  const survivors = declared.filter(({ tables }) => declarationProblems(tables).length === 0).map(({ what }) => what);
  console.log(`mutants of declarations: ${declared.length - survivors.length} of ${declared.length} killed`);
  let active: Mutant | undefined;
  let isApplied = false;
  const vitest = await createVitest(
    {
      ...{ root, config: false, watch: false, isolate: false, maxWorkers: 2, reporters: [{}] },
      // a cached file is not transformed, so a mutant would be none
      fsModuleCache: false,
      globalSetup: ["./server/test/global-postgres.ts"],
      include: [...new Set(mutants.flatMap(({ tests }) => tests))],
      ...{ testTimeout: 60_000, hookTimeout: 120_000, bail: 1, expect: { poll: { timeout: 15_000 } } },
    },
    {
      plugins: [
        {
          name: "mutant",
          enforce: "pre",
          transform: (code, id) => {
            if (!active || id !== join(root, active.file)) return undefined;
            isApplied = true;
            const { from, to } = active;
            return code.replace(from, () => to);
          },
        },
      ],
    },
  );
  try {
    const run = async (specifications: TestSpecification[]): Promise<TestModule[]> =>
      (await vitest.runTestSpecifications(specifications)).testModules.filter((module) => !module.ok());
    const testsOf = async (tests: readonly string[]): Promise<TestSpecification[]> =>
      (await vitest.globTestSpecifications()).filter(({ moduleId }) =>
        tests.some((test) => moduleId === join(root, test)),
      );
    await vitest.standalone();
    for (const mutant of mutants) assertFits(mutant);
    const all = await testsOf(mutants.flatMap(({ tests }) => tests));
    for (let left = tries; left > 0; left--) {
      const red = await run(all);
      if (red.length === 0) break;
      console.log(`red without any mutant:\n${red.flatMap(failuresOf).join("\n")}`);
      if (left === 1) throw new Error("the tests of the mutants are red without any mutant");
      // on a busy machine a test can be stopped for seconds
      console.log("UNSTABLE, unless it is red again: all once more");
    }
    for (const mutant of mutants) {
      active = mutant;
      isApplied = false;
      vitest.invalidateFile(join(root, mutant.file));
      const started = performance.now();
      const red = await run(await testsOf(mutant.tests));
      const unloaded = red.length > 0 && red.every((module) => module.children.allTests("failed").next().done);
      // such a mutant is none: a file that could not even run says nothing about its tests
      if (unloaded)
        throw new Error(`"${mutant.what}" keeps its tests from running:\n${red.flatMap(failuresOf).join("\n")}`);
      vitest.invalidateFile(join(root, mutant.file));
      if (!isApplied) throw new Error(`the tests of the mutant "${mutant.what}" do not load ${mutant.file}`);
      if (red.length === 0) survivors.push(mutant.what);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${red.length > 0 ? "killed  " : "SURVIVED"} ${mutant.what} (${seconds} s)`);
    }
  } finally {
    await vitest.close();
  }
  const total = declared.length + mutants.length;
  return { killed: total - survivors.length, total, survivors };
}

/** What failed in a file: its tests, and what kept it from running. */
function failuresOf(module: TestModule): string[] {
  const name = relative(root, module.moduleId);
  const tests = [...module.children.allTests("failed")].map(
    (test) => `${name} > ${test.fullName}: ${test.result().errors?.[0]?.message ?? ""}`,
  );
  return [...module.errors().map(({ message }) => `${name}: ${message}`), ...tests];
}

if (import.meta.main) console.log(await runMutants(1));
