// `npm run check`: everything that can be said about the code without running the product. Names what failed and how to see it again.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const checks: readonly { name: string; command: string; args: readonly string[]; fix?: string }[] = [
  { name: "types", command: "tsc", args: ["-p", "."] },
  { name: "types of the web app", command: "tsc", args: ["-p", "web"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--format=unix"], fix: "npm run fix" },
  { name: "format", command: "oxfmt", args: ["--check"], fix: "npm run fix" },
  { name: "import and SQL rules", command: "node", args: ["scripts/check-source.ts"] },
  { name: "generated documents", command: "node", args: ["scripts/generate.ts", "--check"], fix: "npm run generate" },
  { name: "dead code", command: "knip", args: ["--no-progress"] },
];

interface Outcome {
  isGood: boolean;
  output: string;
  seconds: string;
}

function run(command: string, args: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(root, "node_modules/.bin", command), args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    const finish = (isGood: boolean): void =>
      resolve({ isGood, output, seconds: ((performance.now() - started) / 1000).toFixed(1) });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => {
      output += error.message;
      finish(false);
    });
    child.on("close", (code) => finish(code === 0));
  });
}

const waiting = [...checks];
const failed: string[] = [];

// two at a time: the checkers use threads of their own
async function lane(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const { isGood, output, seconds } = await run(check.command, check.args);
    console.log(`${isGood ? "ok    " : "FAILED"} ${check.name} (${seconds} s)`);
    if (isGood) continue;
    failed.push(check.name);
    const again = check.fix ?? `npx ${check.command} ${check.args.join(" ")}`;
    console.log(`${output.trim().replaceAll(/^/gm, "    ")}\n    → ${again}`);
  }
}

await Promise.all([lane(), lane()]);
const counts = `${checks.length - failed.length} ${failed.length}`;
console.log(failed.length === 0 ? `all ${checks.length} checks passed` : `failed: ${failed.join(", ")}`);
const countsFile = process.env["CHECK_COUNTS_FILE"];
if (countsFile !== undefined) appendFileSync(countsFile, `${counts}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
