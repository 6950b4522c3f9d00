import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { webPolicy } from "./http-security.ts";

const ours = /^\/(v1|hooks|graph|docs|healthz|readyz|metrics|c|privacy|media)(\/|$)/;

/**
 * Serves the built web app. Files under /assets/ have a hash in their names and never change; everything else is asked for
 * again. Returns what answers an address that the server does not know: the app's page, whose own router does, or nothing.
 */
export function serveWebApp(
  fastify: FastifyInstance,
  root: string,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined {
  if (!existsSync(join(root, "index.html"))) return () => undefined;
  const page = readFileSync(join(root, "index.html"));
  const sendPage = (reply: FastifyReply): FastifyReply =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-cache")
      .header("content-security-policy", webPolicy)
      .send(page);

  void fastify.register(fastifyStatic, {
    root,
    index: false,
    cacheControl: false,
    dotfiles: "ignore",
    setHeaders(reply, path) {
      const isImmutable = path.startsWith(join(root, "assets"));
      void reply.header("cache-control", isImmutable ? "public, max-age=31536000, immutable" : "no-cache");
      void reply.header("content-security-policy", webPolicy);
    },
  });
  fastify.get("/", { config: { isQuiet: true } }, (_request, reply) => sendPage(reply));
  return (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const isPage = request.method === "GET" && !ours.test(path) && !/\.\w+$/.test(path);
    return isPage && (request.headers.accept ?? "").includes("text/html") ? sendPage(reply) : undefined;
  };
}
