import { errorFromResponse, errorWithoutResponse, type KeepwordError } from "./error.ts";

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
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** One per intent; made for each call unless given. */
  idempotencyKey?: string | undefined;
  headers?: Record<string, string> | undefined;
}

type Fields = Record<string, unknown>;

/** Sends one operation: fields named in the path and the query go there, the others are the body. Throws KeepwordError. */
export async function request(
  options: ClientOptions,
  operation: Operation,
  input: Fields = {},
  call: CallOptions = {},
): Promise<Response> {
  const { url, body } = place(options, operation, input);
  const headers = headersFor(options, operation, body, call);
  const canRepeat = operation.method !== "POST" && operation.method !== "PATCH" ? true : operation.isIdempotent;
  const maxRetries = operation.kind === "upload" ? 0 : (options.maxRetries ?? 3);
  const send = options.fetch ?? ((address, init) => fetch(address, init));
  for (let attempt = 0; ; attempt++) {
    let error: KeepwordError;
    try {
      const response = await send(url, {
        method: operation.method,
        headers,
        ...(body === undefined ? {} : { body: body as never }),
        ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
        redirect: "error",
      });
      if (response.ok) return response;
      error = await errorFromResponse(response);
    } catch (cause) {
      error = errorWithoutResponse(cause, call.signal);
    }
    if (attempt >= maxRetries || !isWorthRepeating(error, canRepeat)) throw error;
    await pause(error.retryAfterMs ?? Math.random() * 250 * 2 ** attempt, call.signal);
  }
}

function isWorthRepeating(error: KeepwordError, canRepeat: boolean): boolean {
  // refused before anything happened, so any request may come again
  if (error.status === 429 || error.code === "service_busy") return true;
  if (error.code === "idempotency_in_progress") return true;
  return (
    canRepeat && (error.code === "network" || error.status === 502 || error.status === 503 || error.status === 504)
  );
}

function place(
  options: ClientOptions,
  operation: Operation,
  input: Fields,
): { url: string; body: string | FormData | undefined } {
  const rest = { ...input };
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = rest[name];
    delete rest[name];
    if (value === undefined || value === "") throw new TypeError(`${operation.path} needs ${name}`);
    return encodeURIComponent(plain(value));
  });
  const query = new URLSearchParams();
  for (const name of operation.query) {
    for (const value of [rest[name]].flat())
      if (value !== undefined && value !== null) query.append(name, plain(value));
    delete rest[name];
  }
  const workspaceId = typeof options.workspaceId === "function" ? options.workspaceId() : options.workspaceId;
  if (workspaceId !== undefined) query.set("workspaceId", workspaceId);
  const search = query.size === 0 ? "" : `?${query.toString()}`;
  return { url: options.baseUrl.replace(/\/+$/, "") + path + search, body: bodyOf(operation, rest) };
}

/** Paths, queries and forms carry text: a value that is more is our caller's mistake. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError("a path, query or form field must be text, a number, a boolean or a date");
}

function bodyOf(operation: Operation, fields: Fields): string | FormData | undefined {
  if (operation.kind === "upload") {
    const form = new FormData();
    const { file, fileName, ...others } = fields;
    for (const [name, value] of Object.entries(others)) if (value !== undefined) form.append(name, plain(value));
    // last, so that the server knows the fields when the bytes begin
    if (typeof fileName === "string") form.append("file", file as Blob, fileName);
    else form.append("file", file as Blob);
    return form;
  }
  if (operation.method === "GET") return undefined;
  return Object.keys(fields).length === 0 && operation.method === "DELETE" ? undefined : JSON.stringify(fields);
}

function headersFor(
  options: ClientOptions,
  operation: Operation,
  body: string | FormData | undefined,
  call: CallOptions,
): Record<string, string> {
  return {
    accept: operation.kind === "stream" ? "text/event-stream" : "application/json",
    ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
    ...(operation.isIdempotent ? { "idempotency-key": call.idempotencyKey ?? crypto.randomUUID() } : {}),
    ...call.headers,
  };
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(errorWithoutResponse(signal?.reason, signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
