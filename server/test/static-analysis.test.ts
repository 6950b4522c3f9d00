import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** Each a fault as somebody would write it, and the rule that has to name it. */
const faults = {
  "eval.ts": ["export const run = (text: string): unknown => eval(text);", "no-eval"],
  "function.ts": ["export const run = (text: string) => new Function(text);", "no-new-func"],
  "shell.ts": [
    'import { exec } from "node:child_process";\nexport const list = (dir: string) => exec(`ls ${dir}`);',
    "detect-child-process",
  ],
  "spawn.ts": [
    'import { spawn } from "node:child_process";\nexport const list = (dir: string) => spawn("ls", [dir], { shell: true });',
    "no-shell",
  ],
  "html.ts": ["export const show = (at: Element, text: string) => void (at.innerHTML = text);", "property"],
  "write.ts": ['export const show = (at: Element, t: string) => at.insertAdjacentHTML("beforeend", t);', "method"],
  "raw.tsx": [
    "export const Raw = ({ text }: { text: string }) => <p dangerouslySetInnerHTML={{ __html: text }} />;",
    "no-raw-html",
  ],
  "redos.ts": [
    "export const isName = (text: string): boolean => /^(\\w+\\s?)*$/.test(text);",
    "no-super-linear-backtracking",
  ],
  "regexp.ts": [
    "export const has = (text: string, part: string): boolean => new RegExp(part).test(text);",
    "detect-non-literal-regexp",
  ],
  "timing.ts": [
    "export const isRight = (secret: string, given: string): boolean => { if (secret === given) return true; return false; };",
    "detect-possible-timing-attacks",
  ],
  "random.ts": [
    'import crypto from "node:crypto";\nexport const token = () => crypto.pseudoRandomBytes(16);',
    "detect-pseudoRandomBytes",
  ],
  "bidi.ts": ['export const isAdmin = "user\u202E \u2066// admin\u2069 \u2066";', "detect-bidi-characters"],
} as const;

test("the static analysis of `npm run check` names each of these planted faults, and nothing in a clean file [MSJ-36]", () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), "kw-planted-"));
  try {
    for (const [name, [text]] of Object.entries(faults)) writeFileSync(path.join(dir, name), `${text}\n`);
    writeFileSync(path.join(dir, "clean.ts"), 'export const greeting = "hello";\n');
    const args = ["-c", path.join(root, ".oxlintrc.json"), "--format=json", dir];
    const { stdout } = spawnSync(path.join(root, "node_modules/.bin/oxlint"), args, { cwd: root, encoding: "utf8" });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
    const found = diagnostics.map(
      ({ code, filename }) => `${path.basename(filename)} ${/\(([^)]+)\)/.exec(code)?.[1]}`,
    );
    for (const [name, [, rule]] of Object.entries(faults)) expect(found).toContain(`${name} ${rule}`);
    expect(found.filter((line) => line.startsWith("clean.ts"))).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("the check of every change runs it, and lets no finding pass [MSJ-36]", () => {
  const check = readFileSync(path.join(root, "scripts/check.ts"), "utf8");
  expect(check).toMatch(/command: "oxlint", args: \["--type-aware", "--format=unix"\]/);
  expect(readFileSync(path.join(root, ".ci/run"), "utf8")).toContain("npm run check");
});
