import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import type { StreamEvent } from "./route.ts";

// Proxies commonly cut a silent connection after 60 s; browsers notice a dead one only by what arrives.
const heartbeatMs = 15_000;

/** Lines of one server-sent event. JSON has no raw line breaks, so `data` is always one line. */
export function formatEvent(event: StreamEvent): string {
  const line = (field: string, value: string | undefined): string =>
    value === undefined ? "" : `${field}: ${value.replaceAll(/[\r\n\0]/g, "")}\n`;
  return `${line("id", event.id)}${line("event", event.event)}data: ${JSON.stringify(event.data)}\n\n`;
}

/**
 * Writes events as text/event-stream, waiting for a slow client instead of buffering for it. `stop` is called when the client
 * is gone; the iterable must end then. An error in the middle becomes an event `error`, since the status is already sent.
 */
export function toEventStream(
  events: AsyncIterable<StreamEvent>,
  options: { stop: () => void; onError: (error: unknown) => StreamEvent },
): Readable {
  const stream = new PassThrough();
  const beat = setInterval(() => stream.writableNeedDrain || stream.write(": \n\n"), heartbeatMs);
  beat.unref();
  stream.on("close", () => {
    clearInterval(beat);
    options.stop();
  });
  stream.write("retry: 1000\n\n");
  void pump(events, stream, options.onError).finally(() => stream.end());
  return stream;
}

async function pump(
  events: AsyncIterable<StreamEvent>,
  stream: PassThrough,
  onError: (error: unknown) => StreamEvent,
): Promise<void> {
  const gone = new AbortController();
  stream.once("close", () => gone.abort());
  try {
    for await (const event of events) {
      if (gone.signal.aborted) return;
      if (!stream.write(event.frame ?? formatEvent(event))) await once(stream, "drain", { signal: gone.signal });
    }
  } catch (error) {
    if (!gone.signal.aborted) stream.write(formatEvent(onError(error)));
  }
}
