import { createApiClient } from "../api.ts";

export interface SeenEvent {
  type: string;
  position: string;
  data: { messageId?: string };
}

export interface FeedFollower {
  readonly seen: readonly SeenEvent[];
  /** Resolves when the feed has said all that was committed before the call. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A client of `/v1/events?after`, as an integration would write it: goes on after the last position it has, and asks again when the
 * server cannot be reached. `url` may change: a server that was started again listens elsewhere.
 */
export function followFeed(url: () => string, apiKey: string): FeedFollower {
  const seen: SeenEvent[] = [];
  let after: string | undefined;
  let isStopped = false;
  let waiting: (() => void)[] = [];

  const readPage = async (): Promise<boolean> => {
    const api = createApiClient(url(), { apiKey });
    const query = after === undefined ? "" : `&after=${after}`;
    const page = await api.get<{ data: SeenEvent[]; nextCursor: string | null; lastPosition: string }>(
      `/v1/events?limit=200${query}`,
    );
    if (page.status === 503 || page.status === 500) return false;
    if (page.status !== 200) throw new Error(`the feed answered ${page.status}`);
    seen.push(...page.body.data);
    after = page.body.lastPosition;
    return page.body.nextCursor === null;
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const asked = waiting;
      // a refused or cut connection: the server is being killed or started
      const isAtEnd = await readPage().catch((error: unknown) => {
        if (error instanceof TypeError || error instanceof SyntaxError) return false;
        throw error;
      });
      if (isAtEnd) {
        waiting = waiting.filter((resolve) => !asked.includes(resolve));
        for (const resolve of asked) resolve();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const running = run();
  return {
    seen,
    caughtUp: () => Promise.race([new Promise<void>((resolve) => (waiting = [...waiting, resolve])), running]),
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
