import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Config } from "./config.ts";
import { sendProblem } from "./http-problems.ts";
import type { Metrics } from "./metrics.ts";
import { serviceBusy, unauthorized } from "./problem.ts";

interface Operations {
  config: Config;
  metrics: Metrics;
  draining: AbortSignal;
  ready: () => Promise<void>;
}

const loopback = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** `/healthz` (the process answers), `/readyz` (it can do its work and is not shutting down), `/metrics`. */
export function addOperations(fastify: FastifyInstance, { config, metrics, draining, ready }: Operations): void {
  fastify.get("/healthz", { config: { isQuiet: true } }, async () => ({ status: "ok" }));

  fastify.get("/readyz", { config: { isQuiet: true } }, async (request, reply) => {
    const isReady =
      !draining.aborted &&
      (await ready().then(
        () => true,
        () => false,
      ));
    return isReady ? { status: "ready" } : sendProblem(reply, request, serviceBusy({ retryAfterMs: 1000 }));
  });

  fastify.get("/metrics", { config: { isQuiet: true } }, async (request, reply) => {
    if (!mayReadMetrics(request, config)) return sendProblem(reply, request, unauthorized());
    return reply.header("content-type", metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

function mayReadMetrics(request: FastifyRequest, config: Config): boolean {
  const token = config.metricsToken?.reveal();
  // oxlint-disable-next-line security/detect-possible-timing-attacks -- whether there is one; it is compared in constant time below
  if (token !== undefined) {
    const expected = Buffer.from(`Bearer ${token}`);
    const given = Buffer.from(request.headers.authorization ?? "");
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
  // a local proxy is loopback too, but it says for whom it asks
  return loopback.has(request.socket.remoteAddress ?? "") && request.headers["x-forwarded-for"] === undefined;
}
