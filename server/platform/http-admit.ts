import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";
import type { Config } from "./config.ts";
import type { Actor } from "./context.ts";
import { checkOrigin, isHttps } from "./http-security.ts";
import {
  everyChannelRequired,
  forbidden,
  isProblem,
  tooManyRequests,
  unauthorized,
  workspaceClosing,
  workspaceRequired,
  type ProblemError,
} from "./problem.ts";
import { isAllowed, scopeOf, type Access, type Route } from "./route.ts";

export interface Credentials {
  headers: IncomingHttpHeaders;
  /** By declared name, without the `__Host-` prefix. */
  cookies: Readonly<Record<string, string | undefined>>;
  ip: string;
  query: Readonly<Record<string, unknown>>;
}

export interface Rate {
  perSecond: number;
  burst: number;
}

/** Who calls. `workspaceId` where the credentials lead to one; `rate` where the operator set another for this key. */
export type Identified = Actor & { workspaceId?: string; rate?: Rate; isClosing?: boolean };

/** No credentials: `anonymous`. Wrong or ended ones: throws `unauthorized`. A foreign `?workspaceId=`: throws `notFound`. */
export type Authenticate = (credentials: Credentials) => Promise<Identified>;

/** Takes one from the bucket of `key`: 0, or the milliseconds until there is one again. */
export type TakeRate = (key: string, rate: Rate) => number;

interface Gate {
  config: Config;
  authenticate: Authenticate;
  takeRate: TakeRate;
}

/** An admitted request's actor, and its workspace; empty on public and person routes. */
export interface Caller {
  actor: Actor;
  workspaceId: string;
}

const rates = {
  api_key: { perSecond: 200, burst: 2000 },
  member: { perSecond: 50, burst: 500 },
  person: { perSecond: 50, burst: 500 },
  anonymous: { perSecond: 10, burst: 100 },
  system: { perSecond: 1000, burst: 1000 },
} as const satisfies Record<Actor["kind"], Rate>;

/** Guessing keys from one address: 20 at once, then one in two seconds. */
const wrongCredentials: Rate = { perSecond: 0.5, burst: 20 };

/** Before the body is read: who is it, how often, and may they? Role and scope need no input, so a stranger learns nothing. */
export async function admit(
  { config, authenticate, takeRate }: Gate,
  route: Route,
  request: FastifyRequest,
): Promise<Caller> {
  const take = (key: string, rate: Rate): void => {
    const retryAfterMs = Math.ceil(takeRate(key, rate));
    if (retryAfterMs > 0) throw tooManyRequests({ retryAfterMs });
  };
  const cookies = Object.fromEntries(
    Object.entries(request.cookies)
      .filter(([name]) => name.startsWith("__Host-") === isHttps(config))
      .map(([name, value]) => [name.replace(/^__Host-/, ""), value]),
  );
  const query = request.query as Record<string, unknown>;
  let identified: Identified;
  try {
    identified = await authenticate({ headers: request.headers, cookies, ip: request.ip, query });
  } catch (error) {
    if (isProblem(error, unauthorized)) {
      take(`wrong:${addressKey(request.ip)}`, wrongCredentials);
      // an ended session must still reach the sign-in page
      if (route.permission === "public" && request.headers.authorization === undefined)
        identified = { kind: "anonymous" };
      else throw error;
    } else throw error;
  }
  const { workspaceId = "", rate, isClosing, ...actor } = identified;
  const who = callerKey(actor as Actor) ?? addressKey(request.ip);
  take(`${actor.kind}:${who}`, rate ?? rates[actor.kind]);
  if (route.rateLimit) {
    const { perMinute } = route.rateLimit;
    take(`${route.id}:${who}`, { perSecond: perMinute / 60, burst: perMinute });
  }
  checkOrigin(request, config, actor.kind === "member" || actor.kind === "person");
  if (route.permission !== "public" && actor.kind === "anonymous") throw unauthorized();
  const isWorkspaceRoute = route.permission !== "public" && route.permission !== "signed_in";
  if (isWorkspaceRoute && actor.kind === "person") throw workspaceRequired();
  if (!isAllowed(actor as Actor, route.permission)) throw refusal(actor as Actor, route.permission);
  if (isWorkspaceRoute && workspaceId === "") throw workspaceRequired();
  if (isWorkspaceRoute && isClosing && route.method !== "GET" && route.whileClosing !== true) throw workspaceClosing();
  return { actor: actor as Actor, workspaceId: isWorkspaceRoute ? workspaceId : "" };
}

function refusal(actor: Actor, access: Access): ProblemError {
  const permission = scopeOf(access);
  return isAllowed(actor, permission) ? everyChannelRequired() : forbidden({ permission });
}

/** Counts an IPv6 customer as one: their provider gives them a /64 at least. */
export function addressKey(ip: string): string {
  return isIPv6(ip) && !ip.startsWith("::ffff:") ? ip.split(":").slice(0, 4).join(":") : ip;
}

export function callerKey(actor: Actor): string | undefined {
  if (actor.kind === "member") return actor.memberId;
  if (actor.kind === "api_key") return actor.apiKeyId;
  return actor.kind === "person" ? actor.personId : undefined;
}
