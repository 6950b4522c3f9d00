// Whether whoever started us is still there. npm runs a script by a shell between: a signal to npm ends that shell, and nobody tells the script.
import fs from "node:fs";
import { isAlive } from "./running-server.ts";

const everyMs = 500;

/** `ended` is fulfilled once; disposing stops the looking. */
export interface WatchedParent extends Disposable {
  ended: Promise<void>;
}

/**
 * Waits for the end of the process that started this one; where npm did (by its shell), also for that of npm. It looks from time to time and
 * keeps nothing running.
 */
export function watchParent(env: NodeJS.ProcessEnv = process.env): WatchedParent {
  const parent = process.ppid;
  const npm = env["npm_lifecycle_event"] === undefined ? undefined : parentOf(parent);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const isGone = (): boolean => {
    // whose parent ended gets another one; not so on Windows
    if (process.ppid !== parent || !isAlive(parent)) return true;
    return npm !== undefined && parentOf(parent) !== npm;
  };
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    resolve();
  }, everyMs).unref();
  return { ended, [Symbol.dispose]: () => clearInterval(timer) };
}

/** undefined where the system has no `/proc`: then only our own parent is watched. */
function parentOf(pid: number): number | undefined {
  try {
    // the name in parentheses may hold anything; the state and the parent come after the last one
    const [, parent] = /.*\) \S (\d+) /s.exec(fs.readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return parent === undefined ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
