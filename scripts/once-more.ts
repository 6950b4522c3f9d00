// `node scripts/once-more.ts REPORT`: runs the files with failed tests of a Vitest report once more, alone, and writes what came of it
// into the report. On a machine that others use a test can be stopped for seconds in the middle; what fails alone as well is broken. What
// passes now is named, because it depends on time or order and wants mending. Many failures are no accident: then nothing is run again.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    assertionResults: { title: string; fullName: string; status: string }[];
  }[];
}

const root = join(import.meta.dirname, "..");
const mostFiles = 3;

/** Whether nothing is red any more. */
export function runOnceMore(file: string): boolean {
  const report = JSON.parse(readFileSync(file, "utf8")) as TestReport;
  const failed = report.testResults.filter(({ status }) => status === "failed");
  if (failed.length === 0 || failed.length > mostFiles) return false;
  const unstable: string[] = [];
  for (const before of failed) {
    const after = runAlone(before.name);
    if (after?.status !== "passed") continue;
    const wasRed = before.assertionResults.filter(({ status }) => status === "failed");
    unstable.push(...wasRed.map(({ fullName }) => `${before.name.slice(root.length + 1)} > ${fullName}`));
    if (wasRed.length === 0) unstable.push(before.name.slice(root.length + 1));
    report.testResults[report.testResults.indexOf(before)] = after;
  }
  const count = (status: string): number =>
    report.testResults.flatMap((one) => one.assertionResults).filter((test) => test.status === status).length;
  report.numPassedTests = count("passed");
  report.numFailedTests = count("failed");
  writeFileSync(file, JSON.stringify(report));
  for (const name of unstable) console.log(`UNSTABLE, passed only when run again alone: ${name}`);
  return report.testResults.every(({ status }) => status === "passed");
}

function runAlone(name: string): TestReport["testResults"][number] | undefined {
  const temporary = mkdtempSync(join(tmpdir(), "kw-once-more-"));
  try {
    const file = join(temporary, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { status } = spawnSync(process.execPath, [vitest, "run", name, ...reporters], {
      cwd: root,
      stdio: "inherit",
    });
    // errors outside of tests are in no report
    if (status !== 0 || !existsSync(file)) return undefined;
    return (JSON.parse(readFileSync(file, "utf8")) as TestReport).testResults[0];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = runOnceMore(process.argv[2] ?? "") ? 0 : 1;
