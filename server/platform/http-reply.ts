import type { FastifyReply } from "fastify";
import type { Config } from "./config.ts";
import { cookieName, downloadPolicy, isHttps } from "./http-security.ts";
import type { Download, Reply } from "./route.ts";

/** Collects what a route wants to send besides its result, so that a rolled-back attempt sends nothing. */
export function pendingReply(config: Pick<Config, "publicUrl">): {
  reply: Reply;
  applyTo: (reply: FastifyReply) => void;
} {
  const actions: ((reply: FastifyReply) => void)[] = [];
  const isSecure = isHttps(config);
  return {
    reply: {
      header: (name, value) => void actions.push((reply) => void reply.header(name, value)),
      cookie(name, value, options) {
        const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure } as const;
        const age = value === null ? { maxAge: 0 } : options ? { maxAge: options.maxAgeSeconds } : {};
        actions.push((reply) => void reply.setCookie(cookieName(name, config), value ?? "", { ...attributes, ...age }));
      },
    },
    applyTo(reply) {
      for (const action of actions) action(reply);
    },
  };
}

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  void reply.code(status);
  if (body === undefined) return reply.send();
  return reply.header("content-type", "application/json; charset=utf-8").send(JSON.stringify(body));
}

const inlineTypes = /^(image\/(png|jpeg|webp|gif|avif)|audio\/|video\/)/;

/** Bytes that people sent. Only pictures, sound and film are shown in place; HTML, SVG and the rest are always saved. */
export function sendDownload(reply: FastifyReply, download: Download): FastifyReply {
  const { contentType, body, status = 200, bytes, fileName, headers = {} } = download;
  const isInline = fileName === undefined && inlineTypes.test(contentType);
  const name =
    fileName === undefined ? "" : `; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll("'", "%27")}`;
  void reply
    .code(status)
    .headers(headers)
    .header("content-type", contentType)
    .header("content-disposition", `${isInline ? "inline" : "attachment"}${name}`)
    .header("content-security-policy", downloadPolicy);
  if (bytes !== undefined) void reply.header("content-length", String(bytes));
  return reply.send(body);
}
