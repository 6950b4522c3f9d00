import { setTimeout as sleep } from "node:timers/promises";

/** Between the pages of work that nobody waits for: rests `factor` times as long as the page took since `startedAt` (`performance.now()`), at most `maxMs`. */
export const restAfter = (startedAt: number, maxMs = 200, factor = 1): Promise<void> =>
  sleep(Math.min((performance.now() - startedAt) * factor, maxMs));
