// What the product declares, from its own lists. A declaration that is in no list would be in no document: `unlisted` finds it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { routes } from "../server/app.ts";
import { describe } from "../server/platform/table.ts";
import { allEvents, allFeatures, allJobs, allProcessors, allStores, allTables } from "../server/schema.ts";

export { allEvents, allProcessors, allStores, allTables, routes };

const root = join(import.meta.dirname, "..");

const kinds = [
  {
    pattern: /\btable\(\s*"(\w+)"/g,
    list: "allTables in server/schema.ts",
    names: allTables.map((made) => describe(made).name),
  },
  {
    pattern: /\bevent\(\{\s*type:\s*"([\w.]+)"/g,
    list: "allEvents in server/schema.ts",
    names: allEvents.map(({ type }) => type),
  },
  {
    pattern: /\bjob\(\{\s*name:\s*"([\w.]+)"/g,
    list: "allJobs in server/schema.ts",
    names: allJobs.map(({ name }) => name),
  },
  {
    pattern: /\bfeature\(\{\s*id:\s*"(\w+)"/g,
    list: "allFeatures in server/privacy/features.ts",
    names: allFeatures.map(({ id }) => id),
  },
  { pattern: /\broute\(\{\s*id:\s*"([\w.]+)"/g, list: "routes in server/app.ts", names: routes.map(({ id }) => id) },
];

/** Declarations that stand in the code and in no list, as sentences. */
export function unlisted(): string[] {
  const files = globSync("server/**/*.ts", { cwd: root })
    .filter((path) => !/\.test\.ts$|^server\/test\//.test(path))
    .toSorted();
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return kinds.flatMap(({ pattern, list, names }) =>
      [...text.matchAll(pattern)]
        .map(([, name = ""]) => name)
        .filter((name) => !names.includes(name))
        .map((name) => `${path}: ${name} is not in ${list}`),
    );
  });
}
