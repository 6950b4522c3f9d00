import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { webPolicy, withSources } from "./http-security.ts";

const ours = /^\/(v1|hooks|graph|docs|healthz|readyz|metrics|c|privacy|media)(\/|$)/;

/** What a page gets besides the app: markup for its head, markup after it, sources for its content security policy. */
export interface PageExtra {
  head: string;
  body: string;
  sources: Readonly<Record<string, readonly string[]>>;
}

/**
 * Serves the built web app. Files under /assets/ have a hash in their names and never change; everything else is asked for
 * again. Returns what answers an address that the server does not know: the app's page, whose own router does, or nothing.
 */
export function serveWebApp(
  fastify: FastifyInstance,
  root: string,
  extraFor: (request: FastifyRequest) => PageExtra | undefined = () => undefined,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined {
  if (!existsSync(join(root, "index.html"))) return () => undefined;
  const page = readFileSync(join(root, "index.html"), "utf8");
  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const extra = extraFor(request);
    // as functions: a value may hold a `$`
    const text = extra
      ? page.replace("</head>", () => `${extra.head}</head>`).replace("</body>", () => `${extra.body}</body>`)
      : page;
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", extra ? "no-store" : "no-cache")
      .header("content-security-policy", extra ? withSources(webPolicy, extra.sources) : webPolicy)
      .send(text);
  };

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
  fastify.get("/", { config: { isQuiet: true } }, (request, reply) => sendPage(request, reply));
  return (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const isPage = request.method === "GET" && !ours.test(path) && !/\.\w+$/.test(path);
    return isPage && (request.headers.accept ?? "").includes("text/html") ? sendPage(request, reply) : undefined;
  };
}
