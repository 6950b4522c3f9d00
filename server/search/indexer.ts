// Follows the event logs of all workspaces and keeps the search up to date, in batches, beside the hot path.
import type { App } from "../platform/context.ts";
import { EVENTS_TOPIC } from "../platform/event.ts";
import { indexLog } from "./index-log.ts";
import { rebuildSearch } from "./rebuild-search.ts";

declare module "../platform/context.ts" {
  interface App {
    /** only in processes with the role `worker` */
    indexer?: Indexer;
  }
}

export interface Indexer extends AsyncDisposable {
  /** Resolves when everything committed before the call can be found. For tests and commands. */
  idle(): Promise<void>;
}

/** Found within 2 s is the promise; waiting a little makes one batch of many. */
const pauseMs = 250;
const retryMs = 1_000;
/** Wake-ups can get lost: whoever is behind is looked for. */
const sweepMs = 30_000;
const workspacesATime = 50;

export function startIndexer(app: App): Indexer {
  const waiting = new Set<string>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let sweeping: Promise<void> | undefined;

  function wake(workspaceIds: readonly string[]): void {
    for (const id of workspaceIds) waiting.add(id);
    if (waiting.size === 0 || stopping.signal.aborted) return;
    running ??= run().finally(() => {
      running = undefined;
      if (waiting.size > 0) wake([]);
    });
  }

  async function run(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const ids = [...waiting].slice(0, workspacesATime);
      for (const id of ids) waiting.delete(id);
      try {
        const done = await indexLog(app, ids);
        for (const id of done.isTaken ? ids : done.unfinished) waiting.add(id);
        for (const id of done.lost) await rebuildSearch(app, id);
        if (done.unfinished.length === 0 || done.isTaken) await pause(pauseMs, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        for (const id of ids) waiting.add(id);
        app.log.error({ err: error }, "the search could not be brought up to date");
        await pause(retryMs, stopping.signal);
      }
    }
  }

  /** Workspaces whose cursor is behind their log. */
  async function sweep(): Promise<void> {
    const all = await app.db.tx({ workspaceIds: [] }, (tx) =>
      tx.named<{ id: string }>("search.workspaces", "select id from kw.all_workspace_ids() as id"),
    );
    for (let from = 0; from < all.length; from += 500) {
      const workspaceIds = all.slice(from, from + 500).map((row) => row.id);
      const behind = await app.db.tx({ workspaceIds }, (tx) =>
        tx.named<{ id: string }>(
          "search.behind",
          `select c.workspace_id as id from event_counter c left join search_cursor s using (workspace_id)
           where c.workspace_id = any ($1::text[]) and c.position > coalesce(s.position, 0)`,
          [workspaceIds],
        ),
      );
      wake(behind.map((row) => row.id));
    }
  }

  const look = (): Promise<void> =>
    (sweeping ??= sweep()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted)
          app.log.error({ err: error }, "workspaces that wait for the search could not be read");
      })
      .finally(() => (sweeping = undefined)));

  const stops = [
    app.bus.subscribe(EVENTS_TOPIC, (payload) => wake(payload.split(","))),
    app.bus.onGap(() => void look()),
  ];
  const timer = setInterval(() => void look(), sweepMs).unref();
  void look();

  return {
    async idle() {
      await sweeping;
      await look();
      while (running) await running;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearInterval(timer);
      stops.forEach((stop) => stop());
      await Promise.all([running, sweeping]);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
