import { randomBytes } from "node:crypto";
import fastifyCookie from "@fastify/cookie";
import fastifyMultipart from "@fastify/multipart";
import { compile as compileProxies } from "@fastify/proxy-addr";
import fastifyFactory, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { App } from "./context.ts";
import { addressKey, type Authenticate, type TakeRate } from "./http-admit.ts";
import { addOperations } from "./http-operations.ts";
import { sendProblem, toProblem } from "./http-problems.ts";
import { addRoutes } from "./http-route.ts";
import { setSecurityHeaders } from "./http-security.ts";
import type { Idempotency } from "./idempotency.ts";
import { httpsRequired, notFound } from "./problem.ts";
import { figureWord, type Metrics } from "./metrics.ts";
import { addReference } from "./reference.ts";
import { defaultMaxBytes, type Route } from "./route.ts";
import { plainHttp } from "./transport.ts";
import { serveWebApp, type PageExtra } from "./web-app.ts";

export interface HttpOptions {
  app: App;
  routes: readonly Route[];
  authenticate: Authenticate;
  takeRate: TakeRate;
  idempotency: Idempotency;
  /** Told the Authorization of a request that surely came in clear, though the public address is https. */
  keyInClear?: (authorization: string) => Promise<void>;
  metrics: Metrics;
  /** Folder of the built web app. */
  webRoot?: string;
  /** What a page of the web app gets besides: see PageExtra. */
  pageExtra?: (request: FastifyRequest) => PageExtra | undefined;
  /** Is everything that requests need there? Throws or rejects when not. */
  ready?: () => Promise<void>;
  /** Parts with a path and rules of their own: provider hooks on raw bytes. They bring their own checks. */
  mount?: readonly ((fastify: FastifyInstance) => void)[];
}

// begins with a letter, or the log would withhold it
const requestId = /^[A-Za-z][\w-]{7,63}$/;

/**
 * The HTTP side of the product. Order: authenticate, rate-limit, authorise, parse, transaction, run, check the result. It does
 * not listen; the caller does. `close()` drains: readiness turns 503, streams end, running requests finish.
 */
export function buildHttp(options: HttpOptions): FastifyInstance {
  const { app, metrics } = options;
  const { config, log } = app;
  const draining = new AbortController();
  const fastify = fastifyFactory({
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    bodyLimit: defaultMaxBytes,
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && requestId.test(given) ? given : `t${randomBytes(12).toString("hex")}`;
    },
    logger: false,
    // a path that the router refuses to read (too long, broken escapes) comes by no hook
    frameworkErrors: (_error, request, reply) => {
      setSecurityHeaders(reply, config);
      void sendProblem(reply, request, notFound());
    },
    forceCloseConnections: "idle",
    return503OnClosing: true,
    // For the whole request to arrive: enough for a large upload on a slow line, too short to hold sockets for ever.
    requestTimeout: 300_000,
    keepAliveTimeout: 72_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  });

  void fastify.register(fastifyCookie);
  void fastify.register(fastifyMultipart, { throwFileSizeLimit: false });
  acceptJsonOnly(fastify);

  const whenPlain = answerPlain(options);
  fastify.addHook("onRequest", async (request, reply) => {
    setSecurityHeaders(reply, config);
    void reply.header("x-request-id", request.id);
    return whenPlain(request, reply);
  });
  fastify.addHook("onResponse", async (request, reply) => {
    const { route: declared, isQuiet } = request.routeOptions.config;
    if (isQuiet) return;
    const route = declared?.id ?? "other";
    const { statusCode: status, elapsedTime } = reply;
    metrics.httpSeconds.observe({ route: figureWord(route), status: figureWord(String(status)) }, elapsedTime / 1000);
    const workspaceId = request.caller?.workspaceId || undefined;
    log.info({ traceId: request.id, route, status, ms: Math.round(elapsedTime), workspaceId }, "request");
  });
  fastify.addHook("preClose", async () => {
    draining.abort();
    closeConnections(fastify);
  });
  fastify.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, log, request.id);
    return sendProblem(reply, request, problem, request.routeOptions.config.route?.foreign);
  });

  const webApp = options.webRoot === undefined ? undefined : serveWebApp(fastify, options.webRoot, options.pageExtra);
  // an API that is imitated in part says in its own words which paths it lacks
  const imitated = options.routes.filter((route) => route.foreign !== undefined);
  const foreignAt = ({ url }: FastifyRequest) =>
    imitated.find(({ path }) => url.startsWith(`/${path.split("/")[1]}/`))?.foreign;
  fastify.setNotFoundHandler(
    (request: FastifyRequest, reply) =>
      webApp?.(request, reply) ?? sendProblem(reply, request, notFound(), foreignAt(request)),
  );

  addOperations(fastify, { config, metrics, draining: draining.signal, ready: options.ready ?? (async () => {}) });
  addRoutes(fastify, { ...options, draining: draining.signal });
  addReference(fastify, { routes: options.routes });
  for (const mount of options.mount ?? []) void fastify.register(async (scope) => mount(scope));
  return fastify;
}

/** What comes in clear where the public address is https is sent on or refused; a key that surely did counts as leaked. */
function answerPlain({ app, takeRate, keyInClear }: HttpOptions) {
  const { config, log } = app;
  const isTrusted = compileProxies([...config.trustProxy]);
  let isSilent = true;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const plain = plainHttp(request, config, (address) => isTrusted(address, 0));
    if (plain === undefined) return;
    if (!plain.isCertain && isSilent) {
      isSilent = false;
      log.warn({ isServed: plain.answer === "serve" }, "the proxy in front sends no X-Forwarded-Proto: let it");
    }
    if (plain.answer === "serve") return;
    const { authorization } = request.headers;
    const guesses = { perSecond: 0.5, burst: 20 };
    if (plain.isCertain && authorization !== undefined && takeRate(`clear:${addressKey(request.ip)}`, guesses) === 0)
      await keyInClear?.(authorization);
    if (plain.answer === "refuse") throw httpsRequired();
    return reply.redirect(plain.answer.redirect, 308);
  };
}

/** A connection that becomes idle while draining would stay open for its whole keep-alive; one that never does is cut after 10 s. */
function closeConnections({ server }: FastifyInstance): void {
  const started = performance.now();
  const sweep = setInterval(() => {
    if (performance.now() - started > 10_000) server.closeAllConnections();
    else server.closeIdleConnections();
  }, 50);
  server.once("close", () => clearInterval(sweep));
  // an app that never listened emits no close
  sweep.unref();
}

/** A form post from another site can send text/plain or multipart, never JSON without asking first. */
function acceptJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser("error", "error");
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parseJson(request, body as string, done);
  });
}
