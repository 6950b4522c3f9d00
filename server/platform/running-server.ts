// Where the server of a data folder answers, for commands beside it: with another port their links would lead nowhere.
import fs from "node:fs";
import path from "node:path";

export interface Running {
  url: string;
  pid: number;
}

const fileOf = (dataDir: string): string => path.resolve(dataDir, "server.json");

/** Says that this process answers at `url`, until disposed. Throws what the file system throws. */
export function announceServer(dataDir: string, url: string): Disposable {
  const file = fileOf(dataDir);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // renamed into place: a reader never sees half of it
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, JSON.stringify({ url, pid: process.pid } satisfies Running), { mode: 0o600 });
  fs.renameSync(partial, file);
  return {
    [Symbol.dispose]() {
      if (read(file)?.pid === process.pid) fs.rmSync(file, { force: true });
    },
  };
}

/** The address of the server that runs on the folder; undefined when none does, also after a kill -9. */
export const runningServerUrl = (dataDir: string): string | undefined => runningServer(dataDir)?.url;

/** The server that runs on the folder. */
export function runningServer(dataDir: string): Running | undefined {
  const running = read(fileOf(dataDir));
  return running && isAlive(running.pid) ? running : undefined;
}

function read(file: string): Running | undefined {
  try {
    const { url, pid } = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<Running>;
    return typeof url === "string" && typeof pid === "number" ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}

/** Also for a process of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // alive, of another user
  }
}
