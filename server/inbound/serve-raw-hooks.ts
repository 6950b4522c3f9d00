import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { problemBody } from "../platform/http-problems.ts";
import { closedHeaders } from "../platform/http-security.ts";
import { internal, payloadTooLarge, type ProblemError } from "../platform/problem.ts";
import type { HookRequest } from "./hooks.ts";

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput (2026): bodies up to 3 MB */
const maxBytes = 3 * 1024 * 1024;

type Receive = (request: HookRequest) => Promise<ProblemError | null>;

/**
 * Answers the POSTs under `/hooks/` before the framework sees them: its hooks, cookies and security headers cost more than
 * everything else about a webhook together (75 of 120 µs, measured), and a success has nothing that a browser could read.
 */
export function serveRawHooks(server: Server, receive: Receive): void {
  const others = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const path = request.method === "POST" ? pathOf(request.url ?? "") : undefined;
    if (path) readBody(server, request, response, (raw) => receive({ ...path, headers: request.headers, raw }));
    else for (const other of others) other.call(server, request, response);
  });
}

const pattern = /^\/hooks\/(?:meta|([a-z_]{1,40})\/(\w{1,64}))\/?(?:\?|$)/;

function pathOf(url: string): { provider?: string; channelId?: string } | undefined {
  if (!url.startsWith("/hooks/")) return undefined;
  const found = pattern.exec(url);
  if (!found) return undefined;
  const [, provider, channelId] = found;
  return provider === undefined || channelId === undefined ? {} : { provider, channelId };
}

function readBody(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
  receive: (raw: Buffer) => Promise<ProblemError | null>,
): void {
  // the process is going down: this one is answered, the next goes to its successor
  if (!server.listening) response.setHeader("connection", "close");
  const chunks: Buffer[] = [];
  let bytes = 0;
  const refuse = (): void => {
    request.removeAllListeners("data").resume();
    response.setHeader("connection", "close");
    answer(response, payloadTooLarge({ maxBytes }));
  };
  if (Number(request.headers["content-length"]) > maxBytes) return refuse();
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) return refuse();
    chunks.push(chunk);
  });
  request.on("end", () => {
    if (response.headersSent) return;
    const raw = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    receive(raw).then(
      (problem) => answer(response, problem),
      () => answer(response, internal()),
    );
  });
  // a connection that breaks while the body comes: nothing was promised
  request.on("error", () => {});
}

function answer(response: ServerResponse, problem: ProblemError | null): void {
  if (problem === null) {
    response.writeHead(200, { "content-length": "0" }).end();
    return;
  }
  const body = JSON.stringify(problemBody(problem, randomBytes(12).toString("base64url")));
  const { retryAfterMs } = problem.extensions;
  response
    .writeHead(problem.declaration.status, {
      "content-type": "application/problem+json; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      ...closedHeaders,
      ...(typeof retryAfterMs === "number" ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {}),
    })
    .end(body);
}
