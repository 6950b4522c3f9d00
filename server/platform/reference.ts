import fastifyFactory, { type FastifyInstance } from "fastify";
import { problemType } from "./http-problems.ts";
import { allProblems, buildOpenApi } from "./openapi.ts";
import type { Route } from "./route.ts";

// The bundled reference styles itself at run time, hence inline styles; it asks for nothing outside (checked in a browser).
const referencePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Keepword API</title>
<link rel="icon" href="data:,"></head>
<body><div id="reference"></div><script src="/docs/reference.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const start = `Scalar.createApiReference("#reference", ${JSON.stringify({
  url: "/docs/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  proxyUrl: "",
  hideClientButton: true,
  showDeveloperTools: "never",
})});
`;

const style = `:root { color-scheme: light dark; --line: light-dark(#dedbd5, #2d333b); --text-2: light-dark(#4c545f, #aeb4bd) }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: light-dark(#171c24, #e8ebef); background: light-dark(#fbfaf7, #0c1015) }
main { max-width: 720px; margin: 0 auto; padding: 24px 16px 48px; overflow-wrap: anywhere }
h1 { margin: 0 0 20px; font-size: 20px }
h2 { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 12px; margin: 0; padding-top: 16px;
  border-top: 1px solid var(--line); font-size: 15px }
h2 span { color: var(--text-2); font-weight: normal; font-variant-numeric: tabular-nums }
h2:target code { background: light-dark(#ffe9c9, #4a3410) }
p { margin: 4px 0 0 }
p + p { margin-bottom: 16px; color: var(--text-2) }
p:not(:has(+ p)) { margin-bottom: 16px }
code { font: 0.95em ui-monospace, monospace }
`;

/** `/docs`: the API reference from our own routes, without one request outside; `/docs/errors`: every problem code. */
export function addReference(fastify: FastifyInstance, { routes }: { routes: readonly Route[] }): void {
  let document: string | undefined;
  let script: Promise<string> | undefined;
  const quiet = { config: { isQuiet: true } };

  fastify.get("/docs", quiet, (_request, reply) =>
    reply.header("content-security-policy", referencePolicy).type("text/html; charset=utf-8").send(page),
  );
  fastify.get("/docs/start.js", quiet, (_request, reply) => reply.type("text/javascript; charset=utf-8").send(start));
  fastify.get("/docs/reference.js", quiet, async (_request, reply) => {
    script ??= bundledScript();
    return reply
      .type("text/javascript; charset=utf-8")
      .header("cache-control", "public, max-age=86400")
      .send(await script);
  });
  fastify.get("/docs/openapi.json", quiet, (_request, reply) => {
    document ??= JSON.stringify(buildOpenApi({ routes }));
    return reply.type("application/json; charset=utf-8").send(document);
  });
  fastify.get("/docs/style.css", quiet, (_request, reply) => reply.type("text/css; charset=utf-8").send(style));
  fastify.get("/docs/errors", quiet, (_request, reply) =>
    reply
      .header("content-security-policy", "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'")
      .type("text/html; charset=utf-8")
      .send(errorsPage(routes)),
  );
}

// 4.3 MB that most servers are never asked for, and that the package gives out only through its plugin.
async function bundledScript(): Promise<string> {
  const { default: reference } = await import("@scalar/fastify-api-reference");
  const carrier = fastifyFactory({ logger: false });
  await carrier.register(reference, { routePrefix: "/", configuration: { content: {} } });
  const answer = await carrier.inject({ url: "/js/scalar.js" });
  await carrier.close();
  if (answer.statusCode !== 200) throw new Error("the reference's script is not where it was");
  return answer.body;
}

function errorsPage(routes: readonly Route[]): string {
  const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const prose = (text: string): string => escape(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>");
  const entries = allProblems(routes).map(
    ({ code, status, title, fix }) =>
      `<h2 id="${escape(problemType({ code }).split("#")[1] ?? code)}"><code>${escape(code)}</code><span>${status}</span></h2><p>${prose(title)}</p>` +
      (fix === undefined ? "" : `<p>${prose(fix)}</p>`),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Keepword: problems</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/style.css"></head><body><main><h1>Problems</h1>${entries.join("\n")}</main></body></html>`;
}
