// Runs each mutant against its tests, in one Vitest that stays: the database is started once, and only what changed is read anew.
import { join } from "node:path";
import type { TestModule } from "vitest/node";
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

/** Throws when a mutant no longer fits its file, or when its tests are red without it. */
export async function runMutants(): Promise<NonNullable<Conformance["mutation"]>> {
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
    const isRed = async (tests: readonly string[]): Promise<boolean> => {
      const specifications = (await vitest.globTestSpecifications()).filter(({ moduleId }) =>
        tests.some((test) => moduleId === join(root, test)),
      );
      const { testModules } = await vitest.runTestSpecifications(specifications);
      return testModules.some(isRedModule);
    };
    await vitest.standalone();
    for (const mutant of mutants) assertFits(mutant);
    const all = [...new Set(mutants.flatMap(({ tests }) => tests))];
    if (await isRed(all)) throw new Error("the tests of the mutants are red without any mutant");
    for (const mutant of mutants) {
      active = mutant;
      isApplied = false;
      vitest.invalidateFile(join(root, mutant.file));
      const started = performance.now();
      const isKilled = await isRed(mutant.tests);
      vitest.invalidateFile(join(root, mutant.file));
      if (!isApplied) throw new Error(`the tests of the mutant "${mutant.what}" do not load ${mutant.file}`);
      if (!isKilled) survivors.push(mutant.what);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${isKilled ? "killed  " : "SURVIVED"} ${mutant.what} (${seconds} s)`);
    }
  } finally {
    await vitest.close();
  }
  const total = declared.length + mutants.length;
  return { killed: total - survivors.length, total, survivors };
}

/** A test that failed. A file that could not even run says nothing about its tests: such a mutant is none. */
function isRedModule(module: TestModule): boolean {
  if (module.ok()) return false;
  if (!module.children.allTests("failed").next().done) return true;
  throw new Error(`${module.moduleId} failed without a failed test: the mutant keeps it from running`);
}

if (import.meta.main) console.log(await runMutants());
