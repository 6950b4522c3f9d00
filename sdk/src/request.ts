import { errorFromResponse, errorWithoutResponse, KeepwordError } from "./error.ts";
import { place, type Fields } from "./place.ts";

export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  kind: "json" | "stream" | "download" | "upload";
  query: readonly string[];
  isIdempotent: boolean;
}

export interface ClientOptions {
  /** `https://inbox.example.com`; empty for the page's own origin. */
  baseUrl: string;
  apiKey?: string | undefined;
  /** For a session in the browser: `same-origin`. */
  credentials?: "same-origin" | "include" | "omit" | undefined;
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Where a session has several workspaces; a function is asked at each request. */
  workspaceId?: string | (() => string | undefined) | undefined;
  /** How often a safe request is tried again; default 3. Nothing is repeated that could happen twice. */
  maxRetries?: number | undefined;
  /** For each try; default 30 s. An upload has no limit unless its call names one; a download's ends with its headers. */
  timeoutMs?: number | undefined;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** One per intent; made for each call unless given. Give your own where the intent outlives the process. */
  idempotencyKey?: string | undefined;
  headers?: Record<string, string> | undefined;
  timeoutMs?: number | undefined;
}

/** Waits that a server asks for are kept, up to this; a longer one is the caller's to plan. */
const longestWaitMs = 60_000;

/**
 * Sends one operation: fields named in the path and the query go there, the others are the body. `read` takes the answer within
 * the same try, so a body that breaks off is asked for again where that is safe. Throws KeepwordError.
 */
export async function request<Result = Response>(
  options: ClientOptions,
  operation: Operation,
  input: Fields = {},
  call: CallOptions = {},
  read: (response: Response) => Promise<Result> = async (response) => response as Result,
): Promise<Result> {
  const { url, body, headers: bodyHeaders, isOneUse } = place(options, operation, input);
  const headers = {
    accept: operation.kind === "stream" ? "text/event-stream" : "application/json",
    ...bodyHeaders,
    ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
    ...(operation.isIdempotent ? { "idempotency-key": call.idempotencyKey ?? crypto.randomUUID() } : {}),
    ...call.headers,
  };
  const canRepeat = (operation.method !== "POST" && operation.method !== "PATCH") || operation.isIdempotent;
  const maxRetries = isOneUse ? 0 : (options.maxRetries ?? 3);
  const send = options.fetch ?? ((address, init) => fetch(address, init));
  for (let attempt = 0; ; attempt++) {
    let error: KeepwordError;
    const limit = limitTime(options, operation, call);
    try {
      const response = await send(url, {
        method: operation.method,
        headers,
        ...(body === undefined ? {} : { body: body as never }),
        ...(isOneUse ? { duplex: "half" } : {}),
        ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
        ...(limit.signal === undefined ? {} : { signal: limit.signal }),
        redirect: "error",
      });
      if (response.ok) return await read(response);
      error = await errorFromResponse(response);
    } catch (cause) {
      if (cause instanceof KeepwordError) throw cause;
      if (call.signal?.aborted) throw errorWithoutResponse("aborted", cause);
      error = errorWithoutResponse(limit.isOver() ? "timeout" : "network", cause);
    } finally {
      limit.end();
    }
    const waitMs = error.retryAfterMs ?? 250 * 2 ** attempt * (0.5 + Math.random() / 2);
    if (attempt >= maxRetries || waitMs > longestWaitMs || !isWorthRepeating(error, canRepeat)) throw error;
    await pause(waitMs, call.signal);
  }
}

function limitTime(
  options: ClientOptions,
  operation: Operation,
  call: CallOptions,
): { signal: AbortSignal | undefined; isOver(): boolean; end(): void } {
  const byDefault = operation.kind === "upload" || operation.kind === "stream" ? undefined : options.timeoutMs;
  const ms = call.timeoutMs ?? byDefault ?? (operation.kind === "json" || operation.kind === "download" ? 30_000 : 0);
  if (ms === 0) return { signal: call.signal, isOver: () => false, end: () => {} };
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  return {
    signal: call.signal ? AbortSignal.any([call.signal, over.signal]) : over.signal,
    isOver: () => over.signal.aborted,
    end: () => clearTimeout(timer),
  };
}

function isWorthRepeating(error: KeepwordError, canRepeat: boolean): boolean {
  // refused before anything happened, so any request may come again
  if (error.status === 429 || error.code === "service_busy") return true;
  if (error.code === "idempotency_in_progress") return true;
  if (!canRepeat) return false;
  return error.code === "network" || error.code === "timeout" || [502, 503, 504].includes(error.status);
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(errorWithoutResponse("aborted", signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
