import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { webPolicy } from "./http-security.ts";

const ours = /^\/(v1|hooks|graph|docs|healthz|readyz|metrics|c|privacy|media)(\/|$)/;

/**
 * Serves the built web app. Files under /assets/ have a hash in their names and never change; everything else is asked for
 * again. Returns whether a request is for a page of the app, which the server does not know: the app's own router does.
 */
export function serveWebApp(fastify: FastifyInstance, root: string): (request: FastifyRequest) => boolean {
  if (!existsSync(join(root, "index.html"))) return () => false;
  void fastify.register(fastifyStatic, {
    root,
    index: ["index.html"],
    cacheControl: false,
    dotfiles: "deny",
    setHeaders(reply, path) {
      const isImmutable = path.startsWith(join(root, "assets"));
      void reply.header("cache-control", isImmutable ? "public, max-age=31536000, immutable" : "no-cache");
      void reply.header("content-security-policy", webPolicy);
    },
  });
  return (request) =>
    request.method === "GET" &&
    !ours.test(request.url.split("?")[0] ?? "") &&
    (request.headers.accept ?? "").includes("text/html");
}
