// Builds what is published of the SDK: JavaScript, types, licence and README in sdk/dist, with a package.json of its own, because
// Node loads no TypeScript below node_modules. Then: npm publish ./sdk/dist
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const sdk = path.join(root, "sdk");

/** Writes the package into the folder `to`, which is emptied first. */
export function buildSdk(to: string): void {
  fs.rmSync(to, { recursive: true, force: true });
  const options = {
    rootDir: path.join(sdk, "src"),
    outDir: to,
    target: "es2022",
    lib: "es2023,dom,dom.iterable,dom.asynciterable",
    module: "nodenext",
    types: "node",
  };
  const flags = ["--strict", "--declaration", "--rewriteRelativeImportExtensions", "--verbatimModuleSyntax"];
  execFileSync(
    path.join(root, "node_modules/.bin/tsc"),
    [
      ...["--ignoreConfig", path.join(sdk, "src/index.ts"), ...flags, "--skipLibCheck"],
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    { cwd: root, stdio: "inherit" },
  );
  for (const name of ["README.md", "LICENSE"]) fs.copyFileSync(path.join(sdk, name), path.join(to, name));
  const {
    private: _private,
    exports: _exports,
    scripts: _scripts,
    ...about
  } = JSON.parse(fs.readFileSync(path.join(sdk, "package.json"), "utf8")) as Record<string, unknown>;
  const published = {
    ...about,
    exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
    types: "./index.d.ts",
    engines: { node: ">=20" },
    files: ["*.js", "*.d.ts"],
  };
  fs.writeFileSync(path.join(to, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
}

if (import.meta.main) buildSdk(path.join(sdk, "dist"));
