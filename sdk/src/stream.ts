import { errorWithoutResponse, KeepwordError } from "./error.ts";
import { isRefusal } from "./feed.ts";
import { pause, request, type CallOptions, type ClientOptions, type Operation } from "./request.ts";

/** One server-sent event; `data` is parsed JSON. */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: unknown;
}

export interface StreamOptions extends CallOptions {
  /** Goes on after this event. */
  lastEventId?: string | undefined;
  /** `open` when events flow, `waiting` before another try. */
  onState?: ((state: "open" | "waiting") => void) | undefined;
  /** A connection that is silent for longer is dead; the server writes every 15 s. */
  silenceMs?: number | undefined;
}

/**
 * Follows a stream for ever: a broken connection is made again after the last event that arrived, so nothing is missed.
 * Ends when the signal aborts; throws KeepwordError when the server refuses (401, 403, 404 …).
 */
export async function* follow(
  options: ClientOptions,
  operation: Operation,
  input: Record<string, unknown>,
  streaming: StreamOptions = {},
): AsyncGenerator<ServerEvent> {
  const { signal, onState, silenceMs = 45_000 } = streaming;
  let { lastEventId } = streaming;
  let waitMs = 1000;
  let failures = 0;
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped()) {
    const silence = new AbortController();
    const either = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    let timer = setTimeout(() => silence.abort(), silenceMs);
    try {
      const headers = { ...streaming.headers, ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) };
      const response = await request({ ...options, maxRetries: 0 }, operation, input, { signal: either, headers });
      onState?.("open");
      for await (const chunk of parseEvents(response)) {
        failures = 0;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMs);
        if (chunk.retryMs !== undefined) waitMs = chunk.retryMs;
        if (chunk.event === undefined) continue;
        if (chunk.event.event === "error") throw new KeepwordError(chunk.event.data as Record<string, unknown>);
        lastEventId = chunk.event.id ?? lastEventId;
        yield chunk.event;
      }
    } catch (error) {
      if (isStopped()) return;
      const known = error instanceof KeepwordError ? error : errorWithoutResponse("network", error);
      if (isRefusal(known)) throw known;
      failures++;
    } finally {
      clearTimeout(timer);
    }
    if (isStopped()) return;
    onState?.("waiting");
    // spread out: a restarted server must not meet all its clients in one moment
    const backoff = Math.min(30_000, waitMs * 2 ** Math.max(0, failures - 1));
    await pause(backoff * (0.5 + Math.random() / 2), signal).catch(() => {});
  }
}

interface Parsed {
  event?: ServerEvent;
  retryMs?: number;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation; a comment gives `{}`. */
async function* parseEvents(response: Response): AsyncGenerator<Parsed> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  let fields: { id?: string; event?: string; data: string[] } = { data: [] };
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [, name = "", text = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
        if (line === "") {
          if (fields.data.length > 0) yield { event: finish(fields) };
          fields = { data: [] };
        } else if (name === "") yield {};
        else if (name === "data") fields.data.push(text);
        else if (name === "id" || name === "event") fields[name] = text;
        else if (name === "retry" && /^\d+$/.test(text)) yield { retryMs: Number(text) };
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function finish(fields: { id?: string; event?: string; data: string[] }): ServerEvent {
  const text = fields.data.join("\n");
  let data: unknown = text;
  try {
    data = JSON.parse(text);
  } catch {
    // not ours to refuse: the caller sees the text
  }
  return { id: fields.id, event: fields.event ?? "message", data };
}
