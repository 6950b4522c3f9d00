// One call through undici's dispatcher. Its own `request` makes a stream, a signal and weak references for each: half of a call's time,
// and what hangs on weak references outlives every scavenge.
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { SafeFetchError } from "./egress-guard.ts";

export interface EgressCall {
  dispatcher: Dispatcher;
  url: URL;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  body: Exclude<Dispatcher.DispatchOptions["body"], undefined>;
  signal?: AbortSignal | undefined;
  /** From the call to the last byte of the answer. */
  timeoutMs: number;
  /** Of the answer's body; more ends in `too_large`. */
  maxBytes: number;
}

interface Sink {
  data(chunk: Buffer): void;
  /** Once; the last that it is told. */
  end(error: SafeFetchError | undefined): void;
}

/** An answer whose body still comes. Unread, it holds its connection until the time limit. */
export interface EgressAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Hands over what is there, then what comes. Once. */
  read(sink: Sink): void;
  pause(): void;
  resume(): void;
  /** Lets the connection go; the sink is told nothing more. */
  cancel(): void;
}

/** So much is taken in before somebody reads. */
const AHEAD_BYTES = 65_536;

/** Resolves with the head of the answer. @throws SafeFetchError */
export function callOut(call: EgressCall): Promise<EgressAnswer> {
  const { dispatcher, url, method, headers, body, signal, timeoutMs, maxBytes } = call;
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let sink: Sink | undefined;
    let early: Buffer[] = [];
    let total = 0;
    let isOver = false;
    let failure: SafeFetchError | undefined;

    const finish = (error?: SafeFetchError): void => {
      if (isOver) return;
      isOver = true;
      failure = error;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      if (error) reject(error);
      sink?.end(error);
    };
    // paused as well: the parser stops at once instead of telling the rest of what it has
    const hangUp = (reason: Error): void => {
      controller?.pause();
      controller?.abort(reason);
      if (body instanceof Readable) body.destroy();
    };
    const giveUp = (kind: SafeFetchError["kind"], message: string): void => {
      // what waits for a connection has not been sent
      const error = new SafeFetchError(kind, message, { isSent: controller !== undefined });
      finish(error);
      hangUp(error);
    };
    const onAbort = (): void => giveUp("aborted", "the call was given up");
    const timer = setTimeout(() => giveUp("timeout", "no complete answer in time"), timeoutMs);
    signal?.addEventListener("abort", onAbort);

    const answer = {
      read(reader: Sink): void {
        const chunks = early;
        early = [];
        sink = reader;
        if (!failure) for (const chunk of chunks) reader.data(chunk);
        if (isOver) reader.end(failure);
        else answer.resume();
      },
      pause: () => controller?.pause(),
      resume: () => {
        if (!isOver) controller?.resume();
      },
      cancel(): void {
        if (isOver) return;
        sink = undefined;
        finish();
        hangUp(new Error("the answer is not wanted"));
      },
    };

    dispatcher.dispatch(
      {
        ...{ origin: url.origin, path: url.pathname + url.search, method, headers, body },
        ...{ headersTimeout: 0, bodyTimeout: 0 },
      },
      {
        onRequestStart(started) {
          controller = started;
          if (isOver) hangUp(failure ?? new Error("the answer is not wanted"));
        },
        onResponseStart(_, status, head) {
          if (status >= 200) resolve({ status, headers: head, ...answer });
        },
        onResponseData(_, chunk) {
          if (isOver) return;
          total += chunk.length;
          if (total > maxBytes) return giveUp("too_large", `the answer is larger than ${maxBytes} bytes`);
          if (sink) return sink.data(chunk);
          early.push(chunk);
          if (total > AHEAD_BYTES) controller?.pause();
        },
        onResponseEnd: () => finish(),
        onResponseError(_, error) {
          finish(asFetchError(error));
          if (body instanceof Readable) body.destroy();
        },
      },
    );
  });
}

/** The whole body. @throws SafeFetchError */
export function wholeOf(answer: EgressAnswer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.read({
      data: (chunk) => void chunks.push(chunk),
      end: (error) => (error ? reject(error) : resolve(Buffer.concat(chunks))),
    });
  });
}

/** The body as it comes; destroyed, it lets the connection go. */
export function streamOf(answer: EgressAnswer): Readable {
  const body = new Readable({
    read: () => answer.resume(),
    destroy(error, done) {
      answer.cancel();
      done(error);
    },
  });
  // unread until the time limit, it fails with no one listening; that must not end the process
  body.on("error", () => undefined);
  answer.read({
    data(chunk) {
      if (!body.push(chunk)) answer.pause();
    },
    end: (error) => (error ? body.destroy(error) : body.push(null)),
  });
  return body;
}

/** The first bytes of the body. One that breaks off, or has more than `maxBytes`, is cut there. */
export function headOf(answer: EgressAnswer, keepBytes: number, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const end = (): void => resolve(Buffer.concat(chunks));
    answer.read({
      data(chunk) {
        if (total < keepBytes) chunks.push(chunk.subarray(0, keepBytes - total));
        total += chunk.length;
        if (total <= maxBytes) return;
        answer.cancel();
        end();
      },
      end,
    });
  });
}

// Whatever fails before the socket is there comes as a SafeFetchError of the connector.
function asFetchError(error: unknown): SafeFetchError {
  if (error instanceof SafeFetchError) return error;
  return new SafeFetchError("broken", "the connection broke", { isSent: true, cause: error });
}
