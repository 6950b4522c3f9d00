import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import { Agent, buildConnector, type Dispatcher, type FormData } from "undici";
import { callOut, headOf, streamOf, wholeOf } from "./egress-call.ts";
import { egressAgent as makeEgressAgent, type EgressRoute } from "./egress-agent.ts";
import {
  assertTarget,
  assertUrl,
  guardedLookup,
  SafeFetchError,
  systemResolve,
  type Reach,
  type Resolve,
} from "./egress-guard.ts";

export interface SafeFetchOptions {
  /** Origins that may lie in a private network, use plain http and any port: simulators, an S3 store in the house. */
  privateOrigins?: readonly string[] | undefined;
  /** The egress allowlist by host; without it every public https address may be reached. */
  isAllowed?: ((host: string) => boolean) | undefined;
  /** Told the host of every socket that is opened. */
  onConnect?: ((host: string) => void) | undefined;
  resolve?: Resolve | undefined;
  connectionsPerOrigin?: number | undefined;
}

export interface SafeRequest {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  headers?: Record<string, string> | undefined;
  body?: string | Uint8Array | FormData | Readable | AsyncIterable<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
  /** From the call to the last byte of the body. Default 10,000. */
  timeoutMs?: number | undefined;
  /** Of the answer's body; more ends in `too_large`. Default 1 MiB. */
  maxBytes?: number | undefined;
  /** Lets this call reach private networks (never link-local or metadata): the operator's switch for webhooks. */
  isPrivateAllowed?: boolean | undefined;
  /** Narrows or widens the allowlist for this call: a webhook goes where its owner says. */
  isAllowed?: ((host: string) => boolean) | undefined;
}

/**
 * The body is read once: as a stream, or whole by `text()` or `bytes()`. One that is not wanted is destroyed, else it holds its
 * connection until the time limit. Redirects are answers like any other.
 */
export interface SafeResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Readable;
  text(): Promise<string>;
  bytes(): Promise<Buffer>;
}

export interface SafePost {
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  /** So much of the answer is kept. */
  keepBytes: number;
  /** More than so much of the answer is not read. */
  maxBytes: number;
  isPrivateAllowed?: boolean | undefined;
}

/** The status decides; an answer that breaks off, or is too long, is cut and nothing else. */
export interface SafePosted {
  status: number;
  headers: { get(name: string): string | null };
  head: Buffer;
}

/** The only way out to the network. Throws SafeFetchError only. */
export interface SafeFetch {
  (url: string | URL, options?: SafeRequest): Promise<SafeResponse>;
  /** A call to where its owner says, whose status is what matters: the same guard, outside the allowlist. */
  post(url: string, options: SafePost): Promise<SafePosted>;
  /** An agent of its own, for one way: a proxy, a certificate, a private network. The caller destroys it. */
  readonly agentFor: (route: EgressRoute) => HttpsAgent;
  /** The same guard for libraries that open their own sockets. */
  readonly egressAgent: { readonly dispatcher: Dispatcher; readonly http: HttpAgent; readonly https: HttpsAgent };
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;

export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const listed = new Set((options.privateOrigins ?? []).map((origin) => new URL(origin).origin));
  const resolve = options.resolve ?? systemResolve;
  const lookups = { strict: guardedLookup(resolve, "strict"), local: guardedLookup(resolve, "local") };
  const reachOf = (origin: string): Reach => (listed.has(origin) ? "local" : "strict");
  // Two pools, so that a socket opened with a permission never serves a call without it.
  const strict = makeDispatcher(reachOf);
  const open = makeDispatcher(() => "local");
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  guardAgent(http, "http:");
  guardAgent(https, "https:");

  function makeDispatcher(reachFor: (origin: string) => Reach): Agent {
    const settings = { timeout: connectTimeoutMs, allowH2: false };
    const connectors = {
      strict: buildConnector({ ...settings, lookup: lookups.strict } as buildConnector.BuildOptions),
      local: buildConnector({ ...settings, lookup: lookups.local } as buildConnector.BuildOptions),
    };
    return new Agent({
      connections: options.connectionsPerOrigin ?? 64,
      allowH2: false,
      connect: (target, callback) => {
        try {
          const reach = reachFor(`${target.protocol}//${target.host ?? target.hostname}`);
          // An address in place of a name never reaches `lookup`, so it is checked here as well.
          assertTarget(target.protocol, target.hostname, target.port, reach);
          options.onConnect?.(target.hostname);
          connectors[reach](target, (...args) => {
            if (args[0]) callback(asConnectError(args[0]), null);
            else callback(null, args[1]);
          });
        } catch (error) {
          callback(asConnectError(error), null);
        }
      },
    });
  }

  function guardAgent(agent: HttpAgent, protocol: "http:" | "https:"): void {
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (target, callback) => {
      const host = target.host ?? "localhost";
      const port = String(target.port ?? "");
      const standard = protocol === "https:" ? "443" : "80";
      try {
        const url = new URL(`${protocol}//${host.includes(":") ? `[${host}]` : host}:${port || standard}`);
        const reach = reachOf(url.origin);
        assertTarget(protocol, url.hostname, url.port, reach);
        if (options.isAllowed && !listed.has(url.origin) && !options.isAllowed(url.hostname)) throw notAllowed();
        options.onConnect?.(host);
        return connect({ ...target, lookup: lookups[reach] }, callback);
      } catch (error) {
        // As the socket's own failure: libraries expect it there.
        process.nextTick(() => callback?.(asConnectError(error), undefined as never));
        return undefined;
      }
    };
  }

  function targetOf(target: string | URL, init: Pick<SafeRequest, "isPrivateAllowed">) {
    const url = assertUrl(target, (origin) => (init.isPrivateAllowed ? "local" : reachOf(origin)));
    return { url, dispatcher: init.isPrivateAllowed ? open : strict };
  }

  async function safeFetch(target: string | URL, init: SafeRequest = {}): Promise<SafeResponse> {
    const { url, dispatcher } = targetOf(target, init);
    const isAllowed = init.isAllowed ?? options.isAllowed;
    if (isAllowed && !listed.has(url.origin) && !isAllowed(url.hostname)) throw notAllowed();
    if (init.signal?.aborted) throw new SafeFetchError("aborted", "the call was given up");
    const answer = await callOut({
      ...{ dispatcher, url, method: init.method ?? "GET", headers: init.headers ?? {}, body: asBody(init.body) },
      ...{ signal: init.signal, timeoutMs: init.timeoutMs ?? 10_000, maxBytes: init.maxBytes ?? 1_048_576 },
    });
    let body: Readable | undefined;
    const bytes = async () => (body ? Buffer.concat(await body.toArray()) : wholeOf(answer));
    return {
      status: answer.status,
      headers: { get: (name) => headerText(answer.headers[name.toLowerCase()]) },
      get body() {
        return (body ??= streamOf(answer));
      },
      bytes,
      text: async () => (await bytes()).toString("utf8"),
    };
  }

  async function post(target: string, init: SafePost): Promise<SafePosted> {
    const { headers, body, timeoutMs } = init;
    const answer = await callOut({
      ...{ ...targetOf(target, init), method: "POST", headers, body, timeoutMs, maxBytes: Infinity },
    });
    return {
      status: answer.status,
      headers: { get: (name) => headerText(answer.headers[name.toLowerCase()]) },
      head: await headOf(answer, init.keepBytes, init.maxBytes),
    };
  }

  return Object.assign(safeFetch, {
    agentFor: (route: EgressRoute) =>
      makeEgressAgent({ lookups, reachOf, isAllowed: options.isAllowed, onConnect: options.onConnect }, route),
    post,
    egressAgent: { dispatcher: strict, http, https },
    close: async () => {
      http.destroy();
      https.destroy();
      await Promise.all([strict.destroy(), open.destroy()]);
    },
  });
}

function asBody(body: SafeRequest["body"]): Exclude<Dispatcher.DispatchOptions["body"], undefined> {
  if (body === undefined) return null;
  if (typeof body === "object" && Symbol.asyncIterator in body && !(body instanceof Readable))
    return Readable.from(body);
  return body;
}

// Whatever fails before the socket is there has certainly not been sent.
function asConnectError(error: unknown): SafeFetchError {
  if (error instanceof SafeFetchError) return error;
  return new SafeFetchError("unreachable", "no connection", { cause: error });
}

function notAllowed(): SafeFetchError {
  return new SafeFetchError("blocked", "the host is not on the egress allowlist");
}

function headerText(value: string | string[] | undefined): string | null {
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(", ") : value;
}
