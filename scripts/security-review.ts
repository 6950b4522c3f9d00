// `npm run security-review -- --by ROLE`: the project's review of a version, into server/privacy/security-review.json: known vulnerabilities of
// what the product runs on, static analysis, the checklist, the links of the register. What cannot be made here is recorded as not made.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../server/platform/config.ts";
import { createSafeFetch } from "../server/platform/safe-fetch.ts";
import { countStates, readChecklist, stateOf } from "../server/privacy/asvs.ts";
import { checkLinks, registerLinks } from "../server/privacy/check-links.ts";
import { readConformance } from "../server/privacy/evidence.ts";
import { allProcessors } from "../server/privacy/processors.ts";
import { reviewFile, type ProjectReview } from "../server/privacy/security-review.ts";

type Part = ProjectReview["parts"]["audit"];
const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { by: { type: "string" } } });
if (values.by === undefined) throw new Error("--by ROLE is needed: who looked, as a role");

const run = (command: string, args: readonly string[]) => spawnSync(command, args, { cwd: root, encoding: "utf8" });
const git = (...args: string[]): string => run("git", args).stdout.trim();

function audit(): Part {
  const { stdout } = run("npm", ["audit", "--omit=dev", "--json"]);
  try {
    const { metadata } = JSON.parse(stdout) as { metadata?: { vulnerabilities: Record<string, number> } };
    if (metadata === undefined) throw new Error("no answer");
    const { critical = 0, high = 0, moderate = 0, low = 0 } = metadata.vulnerabilities;
    const says = `${critical} critical, ${high} high, ${moderate} moderate, ${low} low, in what the product runs on`;
    return { state: critical + high === 0 ? "passed" : "failed", says };
  } catch {
    return {
      state: "not_made",
      says: "The registry gave no answer to an audit from where the review was made; run npm audit where it does.",
    };
  }
}

function analysis(): Part {
  const { status } = run(join(root, "node_modules/.bin/oxlint"), ["--type-aware", "--format=unix"]);
  return status === 0
    ? { state: "passed", says: "No finding; exceptions stand in the code, each with its reason." }
    : { state: "failed", says: "Findings are open." };
}

function checklist(): Part {
  const outcomes = readConformance()?.tests ?? {};
  const { answers } = readChecklist();
  const shown = answers.map((answer) => stateOf(answer, outcomes));
  const says = `${countStates(shown)}.`;
  if (!shown.includes("unproved")) return { state: "passed", says };
  const isBroken = answers.some(({ tests = [] }) => tests.some((title) => outcomes[title] === "failed"));
  return { state: isBroken ? "failed" : "not_made", says };
}

async function links(): Promise<Part> {
  const reach = createSafeFetch();
  const checked = await checkLinks(reach, registerLinks(allProcessors, readConfig({})));
  await reach.close();
  const dead = checked.filter(({ isGood }) => !isGood);
  // not one of several hosts answers: that is this network
  if (checked.every(({ isAnswered }) => !isAnswered))
    return { state: "not_made", says: "No network led to them from where the review was made." };
  const says = `${checked.length - dead.length} of ${checked.length} lead to a page.`;
  return { state: dead.length === 0 ? "passed" : "failed", says };
}

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const review: ProjectReview = {
  ...{ at: new Date().toISOString(), version, commit: git("rev-parse", "HEAD"), by: values.by },
  parts: { audit: audit(), analysis: analysis(), checklist: checklist(), links: await links() },
};
writeFileSync(reviewFile, `${JSON.stringify(review, null, 2)}\n`);
for (const [name, { state, says }] of Object.entries(review.parts)) console.log(`${name.padEnd(9)} ${state}: ${says}`);
