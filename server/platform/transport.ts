// What travels in clear, and what is not checked: refused at the boot, and per request.
import tls from "node:tls";
import type { FastifyRequest } from "fastify";
import type { Config } from "./config.ts";
import { isHttps } from "./http-security.ts";

const loopbackNames = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/;

/** What never leaves this machine. */
export const isLoopback = (host: string): boolean => loopbackNames.test(host);

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
    ...databaseProblems(config.databaseUrl?.reveal(), env["PGSSLMODE"], isReal),
    ...mailProblems(config.smtpUrl?.reveal()),
    ...plain("S3_ENDPOINT", config.s3Endpoint),
    ...plain("KEEPWORD_GA_ORIGIN", config.googleAnalyticsOrigin),
    ...config.providerOrigins.flatMap((origin) => plain("KEEPWORD_PROVIDER_ORIGINS", origin)),
  ];
}

// Other modes of libpq encrypt for whoever answers, or do not have to: only `verify-full` checks who it is, today and in the next pg.
function databaseProblems(text: string | undefined, fromEnv: string | undefined, isReal: boolean): string[] {
  const url = URL.parse(text ?? "");
  if (!url) return [];
  const host = url.searchParams.get("host") ?? url.hostname;
  if (host.startsWith("/") || isLoopback(host)) return [];
  const mode = url.searchParams.get("sslmode") ?? fromEnv;
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

/**
 * How a request that came in clear, where the public address is https, is answered: `undefined` where it did not. A proxy says how it was
 * reached; whoever lies about that deceives themself only. Without its word a connection from this machine passes.
 */
export function plainHttpAnswer(
  request: FastifyRequest,
  config: Pick<Config, "publicUrl">,
): { redirect: string } | "refuse" | undefined {
  if (config.publicUrl === undefined || !isHttps(config) || probes.test(request.url)) return undefined;
  const said = request.headers["x-forwarded-proto"];
  const protocol = (Array.isArray(said) ? said[0] : said)?.split(",", 1)[0]?.trim().toLowerCase();
  if (protocol === undefined ? isLoopback(request.socket.remoteAddress ?? "") : protocol === "https") return undefined;
  const isPage = (request.method === "GET" || request.method === "HEAD") && !api.test(request.url);
  return isPage ? { redirect: new URL(config.publicUrl).origin + request.url } : "refuse";
}
