// `npm run conformance`: is every promise kept, and would the tests notice if one was not? Runs the tests that carry promises (or takes a
// report of a run that has just been, `--tests FILE`), the long part, and the mutants, and prints every promise with its state. With
// `--record` the outcome becomes server/privacy/conformance.json, which /privacy/evidence shows: for a clean checkout, whose commit it names.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { conformanceFile, prove, readPromises, type Conformance, type Proof } from "../server/privacy/evidence.ts";
import { runMutants } from "./mutate.ts";
import { runOnceMore, type TestReport } from "./once-more.ts";
import { isTitle, printEvidence, taggedTests } from "./tagged-tests.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { tests: { type: "string" }, "no-mutation": { type: "boolean" }, record: { type: "boolean" } },
});
const isRecorded = values.record === true;
const commit = isRecorded ? committed() : undefined;
const temporary = mkdtempSync(join(tmpdir(), "kw-conformance-"));
const tagged = taggedTests();

function run(name: string, args: readonly string[]): TestReport {
  const file = join(temporary, `${name}.json`);
  const more = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  spawnSync(join(root, "node_modules/.bin/vitest"), ["run", ...args, ...more], { cwd: root, stdio: "inherit" });
  if (!existsSync(file)) throw new Error(`the run of ${name} left no report`);
  // what is recorded passed at the first try
  if (!isRecorded) runOnceMore(file);
  return JSON.parse(readFileSync(file, "utf8")) as TestReport;
}

const given = values.tests;
if (given === undefined)
  spawnSync(process.execPath, [join(root, "scripts/build-web.ts")], { cwd: root, stdio: "inherit" });
const short =
  given === undefined ? run("short", shortFiles()) : (JSON.parse(readFileSync(given, "utf8")) as TestReport);
const long = run("long", ["--project", "conformance"]);

function shortFiles(): string[] {
  const files = tagged.map(({ file }) => file).filter((file) => !file.startsWith("server/test/conformance/"));
  return ["--project", "server", "--project", "browser", ...new Set(files)];
}

const results = [...short.testResults, ...long.testResults].flatMap(({ name, assertionResults }) =>
  assertionResults.map(({ title, status }) => ({ file: relative(root, name), title, status })),
);
const tests: Conformance["tests"] = {};
for (const { file, title } of tagged) {
  const mine = results.filter((result) => result.file === file && isTitle(title, result.title));
  if (mine.length === 0) continue;
  tests[`${file} > ${title}`] = mine.every(({ status }) => status === "passed") ? "passed" : "failed";
}

const mutation = values["no-mutation"] === true ? undefined : await runMutants(isRecorded ? 1 : 2);
const proofs = prove(readPromises(), JSON.parse(printEvidence(tagged)) as Record<string, string[]>, tests);
if (commit !== undefined) {
  const outcome: Conformance = { at: new Date().toISOString(), commit, tests, ...(mutation ? { mutation } : {}) };
  writeFileSync(conformanceFile, `${JSON.stringify(outcome, null, 2)}\n`);
}
rmSync(temporary, { recursive: true, force: true });

print(proofs);
const longTests = long.testResults.flatMap(({ assertionResults }) => assertionResults);
const broken = proofs.filter(({ state }) => state === "broken").length;
const unloaded = long.testResults.filter(
  ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
).length;
const passed = longTests.filter(({ status }) => status === "passed").length + (mutation?.killed ?? 0);
const survived = mutation ? mutation.total - mutation.killed : 0;
const failed = longTests.filter(({ status }) => status === "failed").length + unloaded + survived;
const countsFile = process.env["CONFORMANCE_COUNTS_FILE"];
if (countsFile !== undefined) appendFileSync(countsFile, `${passed} ${failed}\n`);
console.log(`conformance: ${passed} passed, ${failed} failed`);
// whatever a library left open must not hold up who waits for the outcome
process.exit(failed > 0 || broken > 0 ? 1 : 0);

/** The commit that the files are, all of them: an outcome of something else would claim what nobody can look up. */
function committed(): string {
  const git = (...args: string[]): string => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const changed = git("status", "--porcelain", "--", ".", ":!server/privacy/conformance.json");
  if (changed !== "") throw new Error(`commit first, then record:\n${changed}`);
  return git("rev-parse", "HEAD");
}

/** Every promise with its state; then the sums. */
function print(all: readonly Proof[]): void {
  for (const { promise, state, tests: titles } of all) {
    const why = state === "pending" ? `with ${promise.pending ?? "its parts"}` : `${new Set(titles).size} tests`;
    console.log(`${promise.id}  ${state.padEnd(8)}  ${why.padEnd(22)}  ${promise.requirement.slice(0, 90)}`);
  }
  const count = (state: Proof["state"]): number => all.filter((proof) => proof.state === state).length;
  if (mutation) {
    for (const name of mutation.survivors) console.log(`SURVIVED  ${name}`);
    console.log(`mutants: ${mutation.killed} of ${mutation.total} killed`);
  }
  console.log(
    `promises: ${count("kept")} kept, ${count("broken")} broken, ${count("unproved")} unproved, ${count("pending")} pending`,
  );
}
