import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import { limitAddresses } from "../platform/limit-addresses.ts";
import { serveAnnex } from "./annex-page.ts";
import { registerEvidencePage } from "./evidence-page.ts";
import { servePageStyle } from "./html.ts";
import { serveSecurityPage } from "./security-page.ts";
import { serveChoice } from "./serve-choice.ts";
import { servePolicy } from "./serve-policy.ts";

/** Everything under `/privacy`, for everybody. */
export function servePrivacyPages(fastify: FastifyInstance, app: App): void {
  fastify.addHook("onRequest", limitAddresses(app.clock, { perSecond: 10, capacity: 100 }));
  servePageStyle(fastify);
  registerEvidencePage(fastify, app);
  serveSecurityPage(fastify, app);
  servePolicy(fastify, app);
  serveChoice(fastify, app);
  serveAnnex(fastify, app);
}
