import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** Postmaster named by `postmaster.pid`, if that process really is a PostgreSQL on this folder. */
export function findPostmaster(dataDir: string): { pid: number; port: number } | undefined {
  const lines = readLines(path.join(dataDir, "postmaster.pid"));
  const pid = Number(lines[0]);
  return pid > 0 && isPostgresOn(pid, dataDir) ? { pid, port: Number(lines[3]) } : undefined;
}

/**
 * Leaves no process and no misleading pid file on `dataDir`, so that a start can neither hang nor corrupt. The owner is known to be dead
 * (its lock was free). Three remains of a `kill -9` are told apart:
 * - an orphaned server still running → stopped (it writes a checkpoint);
 * - the postmaster killed too → its backends end by themselves; a stuck one is ended, because deleting the pid file while it lives
 *   would let two servers write the same files;
 * - a pid file whose number now belongs to another program → removed. A pid file of a dead process stays: PostgreSQL judges it itself.
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const orphan = findPostmaster(dataDir);
  if (orphan) await stopPostmaster(dataDir, orphan.pid, "fast");
  const stray = () => processesIn(dataDir);
  if (!(await until(() => stray().length === 0, 5_000))) {
    for (const pid of stray()) signal(pid, "SIGQUIT");
    if (!(await until(() => stray().length === 0, 10_000)))
      throw new Error(
        `PostgreSQL processes ${stray().join(", ")} still use ${dataDir} and do not end; stop them first`,
      );
  }
  const file = path.join(dataDir, "postmaster.pid");
  const pid = Number(readLines(file)[0]);
  if (pid > 0 && isAlive(pid)) fs.rmSync(file, { force: true });
}

/** Ends the server `pid`: "fast" keeps everything, "immediate" is for data that is thrown away. */
export async function stopPostmaster(dataDir: string, pid: number, mode: "fast" | "immediate"): Promise<void> {
  const gone = () => !isPostgresOn(pid, dataDir);
  if (gone()) return;
  signal(pid, mode === "fast" ? "SIGINT" : "SIGQUIT");
  if (await until(gone, mode === "fast" ? 60_000 : 10_000)) return;
  signal(pid, "SIGQUIT"); // WAL recovery at the next start; nothing committed is lost
  if (await until(gone, 10_000)) return;
  throw new Error(`PostgreSQL (process ${pid}) on ${dataDir} does not stop`);
}

/** Pids are given out again after a crash, so a living pid is not enough: the process must work in this folder. */
function isPostgresOn(pid: number, dataDir: string): boolean {
  if (process.platform === "linux") return isPostgresProgram(pid) && workingDir(pid) === realPath(dataDir);
  if (!isAlive(pid)) return false;
  if (process.platform === "win32") return true;
  try {
    const command = execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    return command.includes("postgres") && command.includes(dataDir);
  } catch {
    return false;
  }
}

/** PostgreSQL's processes change into their data folder. Elsewhere than on Linux this cannot be asked, and none are reported. */
function processesIn(dataDir: string): number[] {
  if (process.platform !== "linux") return [];
  const real = realPath(dataDir);
  return fs
    .readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && workingDir(pid) === real && isPostgresProgram(pid));
}

function realPath(dir: string): string {
  return fs.existsSync(dir) ? fs.realpathSync(dir) : dir;
}

// a zombie has no cwd any more, so a container without a reaping pid 1 does not make a dead server look alive
function workingDir(pid: number): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function isPostgresProgram(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres";
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readLines(file: string): string[] {
  try {
    return fs.readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

async function until(condition: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
