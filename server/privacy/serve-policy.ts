// `/privacy` and its versions: public, server-written, the same for everyone.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../platform/context.ts";
import { agreementDocuments, agreementTexts } from "../identity/agreement-text.ts";
import { agreementPath, agreementVersion, readWords } from "../identity/agreements.ts";
import { renderAgreement } from "./agreement-page.ts";
import { html, type Html } from "./html.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import { policyNav, renderPolicy, renderVersion, renderVersions, voiceIn } from "./policy-page.ts";
import { fill, policyTexts } from "./policy-text.ts";
import { currentPolicy, listPolicies } from "./read-policies.ts";
import { lastReview } from "./security-review.ts";
import { languageOf, sendPublicPage } from "./serve-choice.ts";
import { hasSignal, type VisitPage } from "./visits.ts";

const quiet = { config: { isQuiet: true } };

export function servePolicy(
  fastify: FastifyInstance,
  app: Pick<App, "db" | "clock" | "config" | "registry" | "policyGate" | "featureGate" | "visits">,
): void {
  const versions = () => app.db.tx({ workspaceIds: [] }, listPolicies);
  const send = (
    [request, reply]: readonly [FastifyRequest, FastifyReply],
    title: string,
    body: Html,
    more: { status?: number; visit?: VisitPage },
  ): FastifyReply => sendPublicPage(reply, app, request, { title, language: languageOf(request), body, ...more });
  const missing = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const language = languageOf(request);
    const { page } = policyTexts[language];
    const body = html`<main>
      ${policyNav("/privacy/versions", language)}
      <header><h1>${page.missing}</h1></header>
    </main>`;
    return send([request, reply], page.missing, body, { status: 404 });
  };

  fastify.get("/privacy", quiet, async (request, reply) => {
    const { current, coming } = currentPolicy(await versions(), app.clock.now());
    if (!current) return missing(request, reply);
    const language = languageOf(request);
    current.facts = await factsInUse(app, current.facts);
    const reviewedAt = new Date((await lastReview(app)).at);
    const options = { path: "/privacy", coming, isInForce: true, hasSignal: hasSignal(request.headers), reviewedAt };
    const title = fill(policyTexts[language].page.title, current.facts.operator);
    const body = renderPolicy(current, options, voiceIn(language));
    return send([request, reply], title, body, { visit: "privacy" });
  });
  for (const document of agreementDocuments)
    fastify.get(agreementPath[document], quiet, async (request, reply) => {
      const language = languageOf(request);
      const { since } = request.query as { since?: unknown };
      const kept = await app.db.tx({ workspaceIds: [] }, async (tx) => ({
        current: await readWords(tx, document, agreementVersion(document)),
        before: typeof since === "string" ? await readWords(tx, document, since) : undefined,
      }));
      const body = renderAgreement(document, language, kept);
      return send([request, reply], agreementTexts[document][language].title, body, {});
    });
  fastify.get("/privacy/versions", quiet, async (request, reply) => {
    const language = languageOf(request);
    const body = renderVersions(await versions(), voiceIn(language));
    return send([request, reply], policyTexts[language].page.versions, body, { visit: "privacy_versions" });
  });
  fastify.get("/privacy/versions/:number", quiet, async (request, reply) => {
    const number = Number((request.params as { number: string }).number);
    const all = await versions();
    const at = all.findIndex((one) => one.number === number);
    const version = all[at];
    if (!version) return missing(request, reply);
    const language = languageOf(request);
    const isInForce = version.effectiveAt <= app.clock.now();
    const body = renderVersion(version, all[at + 1], isInForce, voiceIn(language));
    return send([request, reply], fill(policyTexts[language].page.version, { number }), body, {});
  });
}

/**
 * Of networks that carry messages only those with a channel, or whose feature is on: no other receives anything; of optional features only what
 * is held by those that are on. A version by its number shows all that may come. With what is set for the numbers about the network's own copy.
 */
async function factsInUse(app: Pick<App, "db" | "registry" | "featureGate">, facts: PolicyFacts): Promise<PolicyFacts> {
  const { registry } = app;
  const used = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ provider: string; storage: string | null }>("select provider, storage from kw.channel_providers()"),
  );
  const features = await app.featureGate.inUse();
  const recipients = facts.recipients.flatMap((one) => {
    if (!one.provider) return [one];
    const own = used.filter(({ provider }) => provider === one.provider);
    if (own.length > 0) return [{ ...one, storages: own.map(({ storage }) => storage ?? "default") }];
    return features.has(registry.featureOf({ provider: one.provider })?.id ?? "") ? [one] : [];
  });
  // what the operator turns on is told first, by its recipient
  const isTold = (id: string): boolean => {
    const own = registry.features.find((one) => one.id === id)?.processors ?? [];
    return facts.recipients.some((one) => one.provider == null && own.includes(one.id));
  };
  const held = facts.held.filter(
    ({ feature, place }) => feature === undefined || features.has(feature) || features.has(place) || isTold(feature),
  );
  return { ...facts, recipients, held };
}
