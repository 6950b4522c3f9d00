// For paths outside the declared routes (pages, callbacks): how often one address may call them.
import type { FastifyRequest } from "fastify";
import type { Clock } from "./clock.ts";
import { addressKey } from "./http-admit.ts";
import { tooManyRequests } from "./problem.ts";
import { createRateLimiter, type Rate } from "./rate-limit.ts";

/** A hook for `onRequest`: more than `rate` from one address is refused before anything is read. @throws too_many_requests */
export function limitAddresses(clock: Clock, rate: Rate): (request: FastifyRequest) => Promise<void> {
  const limiter = createRateLimiter({ clock });
  return async (request) => {
    const { retryAfterMs } = limiter.take(addressKey(request.ip), rate);
    if (retryAfterMs > 0) throw tooManyRequests({ retryAfterMs });
  };
}
