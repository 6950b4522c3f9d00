// `/privacy` and its versions: public, server-written, the same for everyone.
import type { FastifyInstance, FastifyReply } from "fastify";
import type { App } from "../platform/context.ts";
import { html, sendPage, type Html } from "./html.ts";
import { renderPolicy, renderVersion, renderVersions } from "./policy-page.ts";
import { currentPolicy, listPolicies } from "./read-policies.ts";

const quiet = { config: { isQuiet: true } };

export function servePolicy(fastify: FastifyInstance, app: Pick<App, "db" | "clock">): void {
  const versions = () => app.db.tx({ workspaceIds: [] }, listPolicies);
  const send = (reply: FastifyReply, title: string, body: Html, status = 200): FastifyReply =>
    sendPage(reply, { title, language: "en", body, status });
  const missing = (reply: FastifyReply): FastifyReply =>
    send(
      reply,
      "No such version",
      html`<main>
        <header><h1>There is no such version</h1></header>
        <p><a href="/privacy/versions">All versions</a></p>
      </main>`,
      404,
    );

  fastify.get("/privacy", quiet, async (request, reply) => {
    const { current, coming } = currentPolicy(await versions(), app.clock.now());
    if (!current) return missing(reply);
    return send(reply, "Privacy policy", renderPolicy(current, coming, true, request.headers["sec-gpc"] === "1"));
  });
  fastify.get("/privacy/versions", quiet, async (_request, reply) =>
    send(reply, "Versions of the privacy policy", renderVersions(await versions())),
  );
  fastify.get("/privacy/versions/:number", quiet, async (request, reply) => {
    const number = Number((request.params as { number: string }).number);
    const all = await versions();
    const at = all.findIndex((one) => one.number === number);
    const version = all[at];
    if (!version) return missing(reply);
    return send(
      reply,
      `Version ${number} of the privacy policy`,
      renderVersion(version, all[at + 1], version.effectiveAt <= app.clock.now()),
    );
  });
}
