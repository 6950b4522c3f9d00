import { useSyncExternalStore } from "react";
import { kw } from "./api.ts";
import { applyEvent, refreshStale, type StreamMessage } from "./stream-events.ts";

/**
 * One connection for all tabs of a workspace: the tab that holds the lock reads the stream and tells the others. A tab that
 * takes over goes on after the last event it heard of, so nothing is missed.
 */
export function startStream(workspaceId: string): () => void {
  const stop = new AbortController();
  const name = `keepword.stream.${workspaceId}`;
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  let lastEventId: string | undefined;
  const hear = (message: StreamMessage): void => {
    if (message.kind === "state") return setState(message.state);
    lastEventId = message.id ?? lastEventId;
    applyEvent(message);
  };
  if (channel) channel.onmessage = (event: MessageEvent<StreamMessage>) => hear(event.data);
  const tell = (message: StreamMessage): void => {
    hear(message);
    channel?.postMessage(message);
  };
  const lead = async (): Promise<void> => {
    const events = kw.stream(
      "stream.follow",
      {},
      {
        signal: stop.signal,
        lastEventId,
        onState: (state) => {
          tell({ kind: "state", state });
          if (state === "open" && lastEventId === undefined) refreshStale(Date.now());
        },
      },
    );
    for await (const event of events) tell({ kind: "event", id: event.id, type: event.event, data: event.data });
  };
  const ended = navigator.locks ? navigator.locks.request(name, { signal: stop.signal }, lead) : lead();
  // Refused (signed out meanwhile): the next call finds out and leads to the sign-in.
  ended.catch(() => undefined);
  return () => {
    stop.abort();
    channel?.close();
  };
}

interface Connection {
  state: "open" | "waiting";
  since: number;
}

let connection: Connection = { state: "open", since: 0 };
const listeners = new Set<() => void>();

function setState(state: Connection["state"]): void {
  if (state === connection.state) return;
  connection = { state, since: Date.now() };
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );
}
