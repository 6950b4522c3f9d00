// `/privacy/cookies` and what hangs on it: the question on public pages, its answer, the tag that is loaded after "yes" and never before.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../platform/context.ts";
import { checkOrigin, withSources } from "../platform/http-security.ts";
import type { Language } from "../platform/languages.ts";
import { limitAddresses } from "../platform/limit-addresses.ts";
import type { PageExtra } from "../platform/web-app.ts";
import { analyticsScript, publicPage } from "./analytics-script.ts";
import {
  analyticsHead,
  analyticsScriptPath,
  choiceBar,
  choiceHead,
  choiceStyle,
  choiceStylePath,
  renderCookies,
} from "./choice-page.ts";
import { choiceTexts } from "./choice-text.ts";
import { chooseLanguage } from "./contact-page.ts";
import { html, pagePolicy, sendPage, type Html } from "./html.ts";
import { policyFacts } from "./policy-facts.ts";
import { choiceCookieName, chooseAnalytics, readProofTime, readVisitorState } from "./visitor-choice.ts";
import type { VisitPage } from "./visits.ts";

const quiet = { config: { isQuiet: true } };
type PublicApp = Pick<App, "config" | "registry" | "policyGate" | "clock" | "visits">;

const visited: readonly [RegExp, VisitPage][] = [
  [/^\/sign-in\/?$/, "sign_in"],
  [/^\/sign-up\/?$/, "sign_up"],
];

/** What a public page of the web app gets besides: the question, or the tag once it was agreed to. Counts the visit. */
export function publicPageExtra(app: PublicApp, request: FastifyRequest): PageExtra | undefined {
  const path = pathOf(request);
  const page = visited.find(([form]) => form.test(path))?.[1];
  if (page) app.visits.opened(page, request);
  if (!publicPage.test(path)) return undefined;
  const { head, body, sources } = extraOf(app, request);
  return head || body ? { head: head?.text ?? "", body: body?.text ?? "", sources } : undefined;
}

const pathOf = (request: FastifyRequest): string => request.url.split("?")[0] ?? "";

function extraOf(app: PublicApp, request: FastifyRequest) {
  const state = readVisitorState(app, request);
  const bar = choiceBar(state, pathOf(request), request.url);
  if (bar) return { head: choiceHead, body: bar, sources: {} };
  if (!state.driver || !state.isAllowed || !publicPage.test(pathOf(request)))
    return { head: undefined, body: undefined, sources: {} };
  const head = analyticsHead(state.driver, choiceCookieName(app));
  return { head, body: undefined, sources: { ...state.driver.sources, ...ownScript(state.driver.sources) } };
}

const ownScript = ({ "script-src": script }: { "script-src": readonly string[] }) => ({
  "script-src": ["'self'", ...script],
});

/** A public page that the server writes, with the question or the tag, and counted. */
export function sendPublicPage(
  reply: FastifyReply,
  app: PublicApp,
  request: FastifyRequest,
  page: { title: string; language: Language; body: Html; status?: number; visit?: VisitPage },
): FastifyReply {
  const { visit, body, ...rest } = page;
  if (visit) app.visits.opened(visit, request);
  const extra = extraOf(app, request);
  return sendPage(reply, {
    ...rest,
    body: html`${body}${extra.body}`,
    ...(extra.head && { head: extra.head }),
    policy: withSources(pagePolicy, extra.sources),
  });
}

export const languageOf = (request: FastifyRequest): Language =>
  chooseLanguage((request.query as Record<string, unknown>)["lang"], request.headers["accept-language"]);

export function serveChoice(fastify: FastifyInstance, app: PublicApp & Pick<App, "db">): void {
  fastify.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 4_096 },
    (_, body, done) => done(null, new URLSearchParams(body as string)),
  );

  fastify.get("/privacy/cookies", quiet, async (request, reply) => {
    const language = languageOf(request);
    const state = readVisitorState(app, request);
    // while the driver waits for its notice nothing of it is there
    const config = state.driver ? app.config : { ...app.config, googleAnalyticsId: undefined };
    const { cookies } = policyFacts(app.registry, config);
    const isSaved = (request.query as Record<string, unknown>)["saved"] === "1" && state.choice !== undefined;
    const proofAt = await readProofTime(app, state.proofId);
    const body = renderCookies(state, cookies, proofAt, language, isSaved);
    return sendPublicPage(reply, app, request, {
      title: choiceTexts[language].title,
      language,
      body,
      visit: "cookies",
    });
  });

  // a proof is a row
  const once = limitAddresses(app.clock, { perSecond: 1, capacity: 20 });
  fastify.post("/privacy/choice", { ...quiet, onRequest: once }, async (request, reply) => {
    checkOrigin(request, app.config, true);
    const fields = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const language = chooseLanguage(fields.get("lang"), request.headers["accept-language"]);
    // what is not clearly a yes is a no
    await chooseAnalytics(app, request, reply, { isAgreed: fields.get("choice") === "accept", language });
    return reply.redirect(backTo(fields.get("back"), language), 303);
  });

  fastify.get(choiceStylePath, quiet, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=3600").send(choiceStyle),
  );
  fastify.get(analyticsScriptPath, quiet, (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").header("cache-control", "public, max-age=3600").send(analyticsScript),
  );
}

/** Only to a public page of ours. */
function backTo(wanted: string | null, language: Language): string {
  const saved = `/privacy/cookies?lang=${language}&saved=1`;
  if (wanted === null || !wanted.startsWith("/") || wanted === "/privacy/cookies") return saved;
  return publicPage.test(wanted.split("?")[0] ?? "") ? wanted : saved;
}
