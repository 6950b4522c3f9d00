// Rules that the linter cannot say: who may import whom (docs/architecture.md), that nobody asks which provider it is, and that product SQL
// takes the time as a parameter.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { providerNames } from "./provider-names.ts";

const root = join(import.meta.dirname, "..");

/** Folders of server/ that react to what features emit; features never import them. */
const pipelines = new Set([
  "inbound",
  "outbound",
  "graph",
  "webhooks",
  "realtime",
  "sessions",
  "privacy",
  "audit",
  "uptime",
]);

/** The sentence that says which rule an import breaks, or undefined. Both are paths from the repository's root. */
export function brokenRule(from: string, to: string): string | undefined {
  const [side = "", folder = ""] = from.split("/");
  const [otherSide = "", otherFolder = ""] = to.split("/");
  if (side === "web")
    return otherSide === "web" || otherSide === "sdk" ? undefined : "web/ reaches the server only through sdk/";
  if (side === "sdk") return otherSide === "sdk" ? undefined : "sdk/ imports nothing of ours";
  if (side === "sim") return otherSide === "sim" ? undefined : "sim/ imports nothing of ours";
  if (side !== "server") return undefined;
  if (otherSide !== "server") return "the server imports no workspace package";
  // files directly in server/ and the command line know everything; other folders know none of them
  if (!from.slice("server/".length).includes("/") || folder === "test" || folder === "commands") return undefined;
  if (!to.slice("server/".length).includes("/"))
    return "only server/*.ts knows everything; a folder must not import it";
  if (otherFolder === "test") return "production code imports no test helper";
  if (folder === "platform") return otherFolder === "platform" ? undefined : "platform/ imports npm and itself";
  if (folder === "providers") return brokenProviderRule(from, to);
  if (otherFolder === "providers" && to.split("/").length > 3)
    return "a feature knows provider types, not one provider";
  if (folder === otherFolder) return undefined;
  if (/\.(routes|jobs)\.ts$/.test(to)) return "routes and jobs belong to their folder and server/app.ts";
  if (pipelines.has(otherFolder) && !pipelines.has(folder))
    return "a feature emits, a pipeline reacts: features never import pipelines";
  return undefined;
}

function brokenProviderRule(from: string, to: string): string | undefined {
  if (to.startsWith("server/platform/")) return undefined;
  if (!to.startsWith("server/providers/")) return "providers/ never import a feature";
  const mine = from.split("/")[2];
  const theirs = to.split("/");
  return theirs.length === 3 || theirs[2] === mine ? undefined : "a provider never imports another provider";
}

const importing = /(?:^|\n)\s*(?:import|export)\b[^"'`;]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
const workspaces: Record<string, string> = {
  "@keepword/sdk": "sdk/src/index.ts",
  "@keepword/sim": "sim/main.ts",
  "@keepword/server": "server/main.ts",
};

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(importing)].flatMap(([, first, second]) => {
    const specifier = first ?? second ?? "";
    if (specifier.startsWith(".")) return [relative(root, join(root, dirname(path), specifier))];
    const workspace = Object.entries(workspaces).find(
      ([name]) => specifier === name || specifier.startsWith(`${name}/`),
    );
    return workspace ? [workspace[1]] : [];
  });
}

// `clock.now()` and `Date.now()` are calls of ours; a bare one is SQL's
const sqlTime =
  /(?<![.\w`])now\(\)(?!\s*[:{`])|\b(current_timestamp|clock_timestamp|statement_timestamp|transaction_timestamp|localtimestamp)\b/i;

/** Every broken rule as `path:line: sentence`. */
export function checkSource(): string[] {
  const isTest = (path: string): boolean => /\.test\.tsx?$|\/test\//.test(path);
  const files = globSync("{server,web,sdk,sim}/**/*.{ts,tsx,sql}", { cwd: root })
    .filter((path) => !/node_modules|\/dist\//.test(path) && !isTest(path))
    .toSorted();
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = importsOf(path, text).flatMap((to) => {
      const rule = brokenRule(path, to);
      return rule === undefined ? [] : [`${path}: imports ${to}: ${rule}`];
    });
    if (!path.startsWith("server/")) return imports;
    const times = text
      .split("\n")
      .flatMap((line, index) =>
        sqlTime.test(line.replace(/(\/\/|--|\/\*|^\s*\*).*$/, ""))
          ? [`${path}:${index + 1}: SQL takes the time as a parameter, never now()`]
          : [],
      );
    const drizzle =
      path !== "server/platform/drizzle.ts" && text.includes('from "drizzle-orm')
        ? [`${path}: Drizzle comes from server/platform/drizzle.ts, which says why`]
        : [];
    return [...imports, ...drizzle, ...times, ...providerNames(path, text)];
  });
}

if (import.meta.main) {
  const broken = checkSource();
  for (const line of broken) console.error(line);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
