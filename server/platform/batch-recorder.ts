// What came of calls to others, kept in memory until it is committed: one transaction for everything of the last few milliseconds.

export interface Recorder<T> {
  /** resolves when it is committed, or given up at the end of the process */
  push(outcome: T): Promise<void>;
  /** The process ends: what cannot be written after some tries is given up. */
  stop(): void;
  /** resolves when everything pushed so far is committed */
  flushed(): Promise<void>;
}

export interface RecorderOptions<T> {
  /** How long a batch waits for company; under load longer: fewer, fatter transactions. */
  lingerMs: number;
  loadedLingerMs: number;
  /** One transaction. */
  record(batch: readonly T[]): Promise<void>;
  /** It goes on trying. */
  onFailure(error: unknown, count: number): void;
  onCommitted(batch: readonly T[]): void;
}

/** a batch of so many says that there is load */
const LOADED_BATCH = 10;
const MAX_BATCH = 500;
const RETRY_MS = 500;
const MAX_LAST_TRIES = 6;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** While the database is away it goes on trying, for ever until the process ends. */
export function createRecorder<T>(options: RecorderOptions<T>): Recorder<T> {
  let waiting: { outcome: T; done: () => void }[] = [];
  let running: Promise<void> | undefined;
  let isStopping = false;
  let failures = 0;
  let lastSize = 0;

  const giveUp = (batch: typeof waiting): void => {
    for (const { done } of [...batch, ...waiting]) done();
    waiting = [];
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await pause(lastSize >= LOADED_BATCH ? options.loadedLingerMs : options.lingerMs);
      const batch = waiting.slice(0, MAX_BATCH);
      lastSize = batch.length;
      waiting = waiting.slice(MAX_BATCH);
      const outcomes = batch.map(({ outcome }) => outcome);
      for (;;) {
        try {
          await options.record(outcomes);
          break;
        } catch (error) {
          options.onFailure(error, outcomes.length);
          if (isStopping && ++failures >= MAX_LAST_TRIES) return giveUp(batch);
          await pause(RETRY_MS);
        }
      }
      options.onCommitted(outcomes);
      for (const { done } of batch) done();
    }
    running = undefined;
  };
  return {
    push(outcome) {
      const { promise, resolve: done } = Promise.withResolvers<void>();
      waiting.push({ outcome, done });
      running ??= run();
      return promise;
    },
    stop: () => void (isStopping = true),
    flushed: async () => running,
  };
}
