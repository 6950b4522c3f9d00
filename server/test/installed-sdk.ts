import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { buildSdk } from "../../scripts/build-sdk.ts";
import { startProgram } from "./documents.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A new folder in which the SDK is installed as people install it: packed, from the tarball, without a registry. The caller removes it. */
export async function folderWithSdk(): Promise<string> {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kw-sdk-")));
  const packed = path.join(dir, "packed");
  buildSdk(packed);
  const npm = (args: string[], cwd: string): Promise<string> => startProgram("npm", args, { cwd }).ended();
  await npm(["pack", "--silent", "--pack-destination", dir], packed);
  const tarball = fs.readdirSync(dir).find((name) => name.endsWith(".tgz")) ?? "";
  fs.writeFileSync(path.join(dir, "package.json"), '{"private":true,"type":"module"}');
  await npm(["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", `./${tarball}`], dir);
  // only for the check of types
  fs.symlinkSync(path.join(root, "node_modules/@types"), path.join(dir, "node_modules/@types"));
  return dir;
}

/** Strictly, against the package's own types. Throws with what the compiler says. */
export async function checkTypes(dir: string, files: readonly string[]): Promise<void> {
  const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022"];
  const args = ["--ignoreConfig", ...flags, "--types", "node", "--skipLibCheck", "false", ...files];
  await startProgram(path.join(root, "node_modules/.bin/tsc"), args, { cwd: dir }).ended();
}
