import type { FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "./config.ts";
import { crossSiteRequest } from "./problem.ts";

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
  "x-frame-options": "DENY",
} as const;

/** For answers that no browser should render. */
export const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Of an answer outside the framework. */
export const closedHeaders = { ...always, "content-security-policy": apiPolicy, "cache-control": "no-store" } as const;

/** For the web app: our own files only, nothing inline. `blob:` is a picture or a voice note before it is sent. */
export const webPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A policy that allows more sources for some directives. A directive that the policy lacks is added. */
export function withSources(policy: string, sources: Readonly<Record<string, readonly string[]>>): string {
  const directives = new Map(policy.split("; ").map((one) => [one.split(" ", 1)[0] ?? "", one]));
  for (const [name, more] of Object.entries(sources)) {
    const [, ...known] = (directives.get(name) ?? name).split(" ").filter((source) => source !== "'none'");
    directives.set(name, [name, ...new Set([...known, ...more])].join(" "));
  }
  return [...directives.values()].join("; ");
}

/** For bytes that people sent: even opened on their own they run nothing. */
export const downloadPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export function setSecurityHeaders(reply: FastifyReply, config: Pick<Config, "publicUrl">): void {
  void reply.headers(closedHeaders);
  if (isHttps(config)) void reply.header("strict-transport-security", "max-age=31536000; includeSubDomains");
}

export function isHttps(config: Pick<Config, "publicUrl">): boolean {
  return config.publicUrl?.startsWith("https:") === true;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Against cross-site request forgery: an unsafe request that a browser sends must come from our own pages. With a session
 * (`mustProve`) the proof has to be there; without one only a request that admits to be foreign is refused. Requests with an
 * Authorization header are exempt: a browser never adds that by itself.
 */
export function checkOrigin(request: FastifyRequest, config: Pick<Config, "publicUrl">, mustProve: boolean): void {
  if (safeMethods.has(request.method) || request.headers.authorization !== undefined) return;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin") return;
  const { origin } = request.headers;
  if (origin !== undefined && isOwnOrigin(origin, request, config)) return;
  if (mustProve || origin !== undefined || (site !== undefined && site !== "none")) throw crossSiteRequest();
}

function isOwnOrigin(origin: string, request: FastifyRequest, config: Pick<Config, "publicUrl">): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    url.host === request.host || (config.publicUrl !== undefined && url.origin === new URL(config.publicUrl).origin)
  );
}

/** Under https the prefix makes browsers refuse the cookie from a subdomain or over http. */
export function cookieName(name: string, config: Pick<Config, "publicUrl">): string {
  return isHttps(config) ? `__Host-${name}` : name;
}
