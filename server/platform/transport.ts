// What travels in clear, and what is not checked: refused at the boot, and per request.
import tls from "node:tls";
import type { FastifyRequest } from "fastify";
import type { Config } from "./config.ts";
import { isHttps } from "./http-security.ts";
import { isOwnHost } from "./operator-register.ts";

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/;

/** What never leaves this machine. */
export const isLoopback = (host: string): boolean => loopbackNames.test(host);

/** The machine that a database's address leads to, as pg reads it: a socket, also one by default, is on this machine. */
export function databaseHost(address: string): string {
  const url = new URL(address);
  const host = url.searchParams.getAll("host").findLast((one) => one !== "") ?? decodeURIComponent(url.hostname);
  return host === "" || host.startsWith("/") ? "localhost" : host.replace(/^\[|\]$/g, "");
}

/** Over TLS, with a look at whose server answers. */
export const isDatabaseVerified = (address: string): boolean =>
  URL.parse(address)?.searchParams.get("sslmode") === "verify-full";

/** Of `smtp://`: beyond this machine STARTTLS is a must. */
export const mustStartTls = (url: string): boolean =>
  new URL(url).protocol === "smtp:" && !isLoopback(new URL(url).hostname);

/** Mails that are handed over in clear go no further than this machine. */
export const isMailEncrypted = (url: string): boolean => new URL(url).protocol === "smtps:" || mustStartTls(url);

/**
 * What the operator's settings would let go out unchecked, or in clear. The machine itself is excepted. Plain connections are refused where the
 * public address is https: that is a real installation.
 */
export function transportProblems(config: Config, env: Readonly<Record<string, string | undefined>>): string[] {
  const isReal = isHttps(config);
  const plain = (name: string, url: string | undefined): string[] => {
    const { protocol, hostname } = URL.parse(url ?? "") ?? {};
    return isReal && protocol === "http:" && hostname !== undefined && !isLoopback(hostname)
      ? [`${name} must be https where KEEPWORD_PUBLIC_URL is: what goes there could be read on the way`]
      : [];
  };
  return [
    ...(env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0"
      ? [
          "NODE_TLS_REJECT_UNAUTHORIZED=0 switches the check of certificates off; unset it (NODE_EXTRA_CA_CERTS adds an authority)",
        ]
      : []),
    ...(["TLSv1", "TLSv1.1"].includes(tls.DEFAULT_MIN_VERSION)
      ? [
          `NODE_OPTIONS lets ${tls.DEFAULT_MIN_VERSION} in; TLS 1.2 is the least, unset --tls-min-v1.0 and --tls-min-v1.1`,
        ]
      : []),
    ...databaseProblems(config.databaseUrl?.reveal(), env, isReal),
    ...mailProblems(config.smtpUrl?.reveal()),
    ...plain("S3_ENDPOINT", config.s3Endpoint),
    ...plain("KEEPWORD_GA_ORIGIN", config.googleAnalyticsOrigin),
    ...config.providerOrigins.flatMap((origin) => plain("KEEPWORD_PROVIDER_ORIGINS", origin)),
  ];
}

// Other modes of libpq encrypt for whoever answers, or do not have to: only `verify-full` checks who it is, today and in the next pg.
function databaseProblems(
  text: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isReal: boolean,
): string[] {
  const url = URL.parse(text ?? "");
  if (!url) return [];
  if (url.hostname === "" && !url.searchParams.get("host") && env["PGHOST"])
    return ["DATABASE_URL names no host and PGHOST does; say it in DATABASE_URL, where the register sees it"];
  if (isLoopback(databaseHost(url.href))) return [];
  const mode = url.searchParams.get("sslmode") ?? env["PGSSLMODE"];
  const remedy =
    "add sslmode=verify-full (and sslrootcert=FILE for an authority of your own), or use a socket: ?host=/var/run/postgresql";
  if (mode !== undefined && mode !== "verify-full")
    return [
      `DATABASE_URL: sslmode=${/^[a-z-]{1,20}$/.test(mode) ? mode : "…"} does not check whose server answers; ${remedy}`,
    ];
  return mode === undefined && isReal ? [`DATABASE_URL goes to another machine in clear; ${remedy}`] : [];
}

const isOff = (value: string): boolean => /^(false|0|no|off)$/i.test(value);

function mailProblems(text: string | undefined): string[] {
  const url = URL.parse(text ?? "");
  if (!url || isLoopback(url.hostname)) return [];
  const weak = [...url.searchParams].filter(
    ([name, value]) =>
      (name === "tls.rejectUnauthorized" && isOff(value)) ||
      (name === "requireTLS" && isOff(value)) ||
      (name === "ignoreTLS" && !isOff(value)) ||
      (/^tls\.(min|max)Version$/.test(name) && /^(SSL|TLSv1$|TLSv1\.1$)/.test(value)) ||
      name === "tls.secureProtocol",
  );
  return weak.map(([name]) => `SMTP_URL: \`${name}\` weakens the connection to the mail server; leave it out`);
}

const api = /^\/(v1|hooks|graph|metrics)(\/|\?|$)/;
// asked by load balancers, without a credential
const probes = /^\/(healthz|readyz)(\?|$)/;
const metrics = /^\/metrics(\?|$)/;

/** How a request is answered that came in clear, where the public address is https. */
export interface PlainHttp {
  /** `serve` a proxy's that does not say how it was reached, `refuse`, or send on to an address */
  answer: "serve" | "refuse" | { redirect: string };
  /** A proxy said so. Without its word it may have been https up to there: no key is called leaked on a guess. */
  isCertain: boolean;
}

/**
 * `undefined` where the request came by https, or may come in clear. A proxy says how it was reached; whoever lies about that deceives
 * themself only. A proxy that says nothing is believed where the operator trusts it: sent on to itself, everything would go in a circle.
 */
export function plainHttp(
  request: FastifyRequest,
  config: Pick<Config, "publicUrl">,
  isProxy: (address: string) => boolean,
): PlainHttp | undefined {
  if (config.publicUrl === undefined || !isHttps(config) || probes.test(request.url)) return undefined;
  const said = request.headers["x-forwarded-proto"];
  const protocol = (Array.isArray(said) ? said[0] : said)?.split(",", 1)[0]?.trim().toLowerCase();
  const isCertain = protocol !== undefined;
  if (protocol === "https") return undefined;
  if (!isCertain) {
    const peer = request.socket.remoteAddress ?? "";
    // figures are fetched inside one's own network; what they are fetched with is looked at there
    if (isLoopback(peer) || (metrics.test(request.url) && isOwnHost(peer))) return undefined;
    if (isProxy(peer)) return { answer: "serve", isCertain };
  }
  const isPage = (request.method === "GET" || request.method === "HEAD") && !api.test(request.url);
  return { answer: isPage ? { redirect: new URL(config.publicUrl).origin + request.url } : "refuse", isCertain };
}
