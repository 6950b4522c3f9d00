// A client of /v1/stream over real HTTP, for tests of what it is told.
import type { ApiClient } from "./api.ts";

export interface HeardEvent {
  id: string | undefined;
  event: string;
  data: Record<string, unknown>;
}

export interface Listener {
  status: number;
  /** everything heard so far */
  heard: HeardEvent[];
  /** Resolves with the first event, from the beginning, for which `is` holds; fails when the stream ends before. */
  until(is: (event: HeardEvent) => boolean): Promise<HeardEvent>;
  /** Resolves when the server ends the stream. */
  ended: Promise<void>;
  close(): void;
}

/** Begins to listen; resolves with the first event (`ready`: what is written from then on is heard), or at the end of a refused stream. */
export async function listen(
  api: ApiClient,
  options: { lastEventId?: string; query?: string } = {},
): Promise<Listener> {
  const stop = new AbortController();
  const { lastEventId, query = "" } = options;
  const answer = await fetch(`${api.url}/v1/stream${query}`, {
    headers: { ...api.headers, ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) },
    signal: stop.signal,
  });
  const heard: HeardEvent[] = [];
  let changed = Promise.withResolvers<void>();
  let isOver = false;
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const read = async (): Promise<void> => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) {
      rest += decoder.decode(bytes, { stream: true });
      const parts = rest.split("\n\n");
      rest = parts.pop() ?? "";
      heard.push(...parts.flatMap((part) => parse(part) ?? []));
      tell();
    }
  };
  const ended = read()
    .catch(() => {}) // closed by the test
    .finally(() => {
      isOver = true;
      tell();
    });
  while (heard.length === 0 && !isOver) await changed.promise;
  return {
    status: answer.status,
    heard,
    ended,
    async until(is) {
      for (;;) {
        const found = heard.find(is);
        if (found) return found;
        if (isOver) throw new Error(`the stream ended after ${heard.map(({ event }) => event).join(", ")}`);
        await changed.promise;
      }
    },
    close: () => stop.abort(),
  };
}

function parse(text: string): HeardEvent | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
  const data = field("data");
  if (data === undefined) return undefined;
  return { id: field("id"), event: field("event") ?? "message", data: JSON.parse(data) as Record<string, unknown> };
}
