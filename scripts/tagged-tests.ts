// Tests that carry promises: the ids stand in brackets at the end of their titles, `… [M24-07 GEN-12]`.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tagged = /(["'`])((?:\\.|(?!\1)[^\\\n])*\[((?:M24|GEN|ONE|MSJ|API)-\d\d(?: (?:M24|GEN|ONE|MSJ|API)-\d\d)*)\])\1/g;

export interface TaggedTest {
  file: string;
  /** as it stands in the source, placeholders included */
  title: string;
  ids: readonly string[];
}

export function taggedTests(): TaggedTest[] {
  return globSync("{server,web,sdk,sim}/**/*.test.ts", { cwd: root })
    .filter((file) => !/node_modules|\/dist\//.test(file))
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(tagged)].map(([, , title = "", ids = ""]) => ({
        file,
        title: title.replaceAll(/\\(["'`])/g, "$1"),
        ids: ids.split(" "),
      })),
    );
}

/** `server/privacy/evidence.json`: titles by promise. */
export function printEvidence(tests: readonly TaggedTest[]): string {
  const byId = new Map<string, string[]>();
  for (const { file, title, ids } of tests)
    for (const id of ids) byId.set(id, [...(byId.get(id) ?? []), `${file} > ${title}`]);
  const sorted = [...byId].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

/** Whether a reported title is this one with its placeholders filled in. */
export function isTitle(title: string, reported: string): boolean {
  const pattern = title
    .split(/%[sdifjoc]|\$\{[^}]*\}|\$\w+/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "s").test(reported);
}
