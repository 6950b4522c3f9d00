// `/privacy/annex`: the annex to the contract on processing, for this deployment as it runs: what is done on behalf of workspaces, by whom else,
// and the measures that are on. In English, as the contract is.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import { html, sendPage, withCode, type Html } from "./html.ts";
import { readMeasures, type MeasureState } from "./measures.ts";
import { policyFacts } from "./policy-facts.ts";
import { activitiesOf } from "./processing-record.ts";
import { registerTable } from "./register-table.ts";

type AnnexApp = Pick<App, "db" | "registry" | "config" | "featureGate">;

export function serveAnnex(fastify: FastifyInstance, app: AnnexApp): void {
  fastify.get("/privacy/annex", { config: { isQuiet: true } }, async (_request, reply) => {
    const body = renderAnnex(app, await readMeasures(app));
    return sendPage(reply, { title: "Annex to the contract on processing", language: "en", body });
  });
}

function renderAnnex({ registry, config, featureGate }: AnnexApp, found: readonly MeasureState[]): Html {
  const processors = registry.processorsOn(config).filter(featureGate.isOpen);
  const recipients = policyFacts(registry, config).recipients.filter(({ role }) => role !== "controller");
  const rows = activitiesOf("processor", { tables: registry.tables, processors }).map(
    ({ sentence, people, categories, recipients: who, kept }) =>
      html`<section>
        <h3>${sentence}</h3>
        <ul>
          <li>People: ${people.join(", ") || "none"}</li>
          <li>Data: ${categories.join(", ") || "none"}</li>
          <li>Recipients: ${who.join("; ")}</li>
          <li>Kept: ${withCode(kept.join("; "))}</li>
        </ul>
      </section>`,
  );
  return html`<main>
    <header><h1>Annex to the contract on processing</h1></header>
    <p>
      What ${config.operatorName} does on behalf of a workspace (GDPR Art. 28 and 30(2)), as this server is set up now.
    </p>
    <section>
      <h2>What is processed</h2>
      ${rows}
    </section>
    <section>
      <h2>Who else processes</h2>
      ${registerTable(recipients, "en")}
    </section>
    <section>
      <h2>Security measures</h2>
      <ul>
        ${found.filter(({ isOn }) => isOn).map(({ says }) => html`<li>${says}</li>`)}
      </ul>
    </section>
  </main>`;
}
