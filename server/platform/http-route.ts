import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { App, RequestInfo } from "./context.ts";
import { txRetry } from "./db.ts";
import { toEventStream } from "./event-stream.ts";
import { admit, callerKey, type Authenticate, type Caller, type TakeRate } from "./http-admit.ts";
import { parsePart, problemBody, toProblem } from "./http-problems.ts";
import { pendingReply, sendDownload, sendJson } from "./http-reply.ts";
import type { Idempotency, IdempotentRequest } from "./idempotency.ts";
import { unsupportedMediaType, validationFailed } from "./problem.ts";
import type { Download, Input, JsonCtx, OpenCtx, Route, StreamEvent } from "./route.ts";
import { uploadParts } from "./upload.ts";

export interface Serving {
  app: App;
  routes: readonly Route[];
  authenticate: Authenticate;
  takeRate: TakeRate;
  idempotency: Idempotency;
  draining: AbortSignal;
}

declare module "fastify" {
  interface FastifyContextConfig {
    route?: Route;
    isQuiet?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

type AnyCtx = JsonCtx & OpenCtx;
type AnyInput = Input<Route["params"], Route["query"], unknown>;
type Replay = (ctx: JsonCtx, resultId: string, input: AnyInput) => unknown;

export function addRoutes(fastify: FastifyInstance, serving: Serving): void {
  fastify.decorateRequest("caller", null);
  const gate = { config: serving.app.config, authenticate: serving.authenticate, takeRate: serving.takeRate };
  const byId = new Map(serving.routes.map((route) => [route.id, route]));
  if (byId.size !== serving.routes.length) throw new Error("two routes have the same id");
  for (const route of serving.routes) {
    const again = replayer(route, byId);
    fastify.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.maxBytes,
      config: { route },
      exposeHeadRoute: false,
      onRequest: async (request) => {
        request.caller = await admit(gate, route, request);
      },
      handler: (request, reply) =>
        route.kind === "json"
          ? answerJson(serving, route, again, request, reply)
          : answerOpen(serving, route, request, reply),
    });
  }
}

function replayer(route: Route, byId: ReadonlyMap<string, Route>): Replay | undefined {
  if (route.idempotent === false) return undefined;
  if (route.permission === "public" || route.permission === "signed_in")
    throw new Error(`${route.id} is idempotent, but a record belongs to a workspace`);
  if (typeof route.idempotent === "function") return route.idempotent;
  const read = byId.get(`${route.id.split(".")[0]}.get`);
  if (read?.kind !== "json") throw new Error(`${route.id} is idempotent, but no route reads its result again`);
  return (ctx, id) => {
    const input = { params: { id }, query: parsePart(read.query, "query", {}), body: undefined };
    return read.run(ctx as AnyCtx, input as AnyInput);
  };
}

async function answerJson(
  serving: Serving,
  route: Route,
  again: Replay | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { app, idempotency } = serving;
  const { actor, workspaceId } = callerOf(request);
  const input = parseInput(route, request, parsePart(route.body, "body", request.body));
  if (route.isOpen) return answerOpenJson(serving, route, input, request, reply);
  const once = again && idempotentRequest(route, request, input);
  const scope = { workspaceIds: workspaceId === "" ? [] : [workspaceId] };
  const answer = await txRetry(app.db, scope, async (tx) => {
    const pending = pendingReply(app.config);
    const ctx: JsonCtx = { ...app, workspaceId, actor, tx, request: requestInfo(request), reply: pending.reply };
    const first = once && (await idempotency.begin(tx, once));
    const result = first && again ? await again(ctx, first.resultId, input) : await route.run(ctx as AnyCtx, input);
    // checked before the commit: a result that breaks its own promise must not leave an effect behind
    const body = checkResult(route, result);
    if (once && !first) await idempotency.finish(tx, once, { resultId: resultId(route, body), status: route.status });
    return { body, status: first ? first.status : route.status, isReplay: first !== undefined, pending };
  });
  answer.pending.applyTo(reply);
  if (answer.isReplay) void reply.header("idempotency-replayed", "true");
  return sendJson(reply, answer.status, answer.body);
}

async function answerOpenJson(
  serving: Serving,
  route: Route,
  input: AnyInput,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const pending = pendingReply(serving.app.config);
  const ctx = { ...openCtx(serving, request, new AbortController()), reply: pending.reply };
  const body = checkResult(route, await route.run(ctx as AnyCtx, input));
  pending.applyTo(reply);
  return sendJson(reply, route.status, body);
}

function openCtx({ app, draining }: Serving, request: FastifyRequest, gone: AbortController): OpenCtx {
  const { actor, workspaceId } = callerOf(request);
  const lastEventId = request.headers["last-event-id"];
  return {
    ...app,
    workspaceId,
    actor,
    request: requestInfo(request),
    signal: AbortSignal.any([gone.signal, draining]),
    lastEventId: typeof lastEventId === "string" ? lastEventId.slice(0, 200) : undefined,
    range: request.headers.range,
  };
}

async function answerOpen(
  serving: Serving,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.on("close", () => gone.abort());
  const ctx = openCtx(serving, request, gone);
  if (route.kind === "upload" && !request.isMultipart()) throw unsupportedMediaType();
  const body = route.kind === "upload" ? uploadParts(request, route.maxBytes) : undefined;
  const result = await route.run(ctx as AnyCtx, parseInput(route, request, body));
  if (route.kind === "upload") return sendJson(reply, route.status, checkResult(route, result));
  if (route.kind === "download") return sendDownload(reply, result as Download);
  const events = toEventStream(result as AsyncIterable<StreamEvent>, {
    stop: () => gone.abort(),
    onError: (error) => ({
      event: "error",
      data: problemBody(toProblem(error, serving.app.log, request.id), request.id),
    }),
  });
  return reply
    .header("content-type", "text/event-stream; charset=utf-8")
    .header("x-accel-buffering", "no")
    .send(events);
}

function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error("a route ran before its caller was admitted");
  return request.caller;
}

function parseInput(route: Route, request: FastifyRequest, body: unknown): AnyInput {
  const { workspaceId: _selected, ...query } = request.query as Record<string, unknown>;
  return {
    params: parsePart(route.params, "params", request.params),
    query: parsePart(route.query, "query", query),
    body,
  } as AnyInput;
}

function requestInfo(request: FastifyRequest): RequestInfo {
  const { origin, "user-agent": userAgent } = request.headers;
  return { id: request.id, ip: request.ip, userAgent: userAgent?.slice(0, 300), origin };
}

/** Strips what is not declared. A failure here is our bug, so it must not look like the caller's. */
function checkResult(route: Route, result: unknown): unknown {
  if (route.returns === undefined) return undefined;
  const parsed = route.returns.safeParse(result);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new Error(`${route.id} returned something else than it declares at ${paths}`);
}

function resultId(route: Route, body: unknown): string {
  const id = route.resultId(body);
  if (typeof id !== "string") throw new Error(`${route.id} is idempotent, but its result has no id`);
  return id;
}

function idempotentRequest(route: Route, request: FastifyRequest, input: AnyInput): IdempotentRequest | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,200}$/.test(key))
    throw validationFailed({
      issues: [{ path: "headers.idempotency-key", message: "must be 1 to 200 visible characters" }],
    });
  const { actor, workspaceId } = callerOf(request);
  const text = JSON.stringify([route.id, input.params, input.query, request.body]);
  return { workspaceId, routeId: route.id, actorId: callerKey(actor) ?? "", key, request: text };
}
