// Whether whoever started us is still there: npm that is killed tells nobody.
import { isAlive } from "./running-server.ts";

const everyMs = 500;

/** `ended` is fulfilled once; disposing stops the looking. */
export interface WatchedParent extends Disposable {
  ended: Promise<void>;
}

/** Waits for the end of the process that started this one. It looks from time to time and keeps nothing running. */
export function watchParent(): WatchedParent {
  const parent = process.ppid;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    // whose parent ended gets another one; not so on Windows
    if (process.ppid === parent && isAlive(parent)) return;
    clearInterval(timer);
    resolve();
  }, everyMs).unref();
  return { ended, [Symbol.dispose]: () => clearInterval(timer) };
}
