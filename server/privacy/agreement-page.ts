// `/privacy/terms` and `/privacy/data-processing`: the contract of a workspace, in the words that are accepted.
import type { AgreementDocument } from "../identity/agreement-text.ts";
import { agreementTexts } from "../identity/agreement-text.ts";
import { agreementPath, agreementVersion } from "../identity/agreements.ts";
import type { Language } from "../platform/languages.ts";
import { html, type Html } from "./html.ts";
import { policyNav } from "./policy-page.ts";
import { fill, policyTexts } from "./policy-text.ts";

export function renderAgreement(document: AgreementDocument, language: Language): Html {
  const { title, points } = agreementTexts[document][language];
  return html`<main>
    ${policyNav(agreementPath[document], language)}
    <header>
      <h1>${title}</h1>
      <p class="quiet">
        ${fill(policyTexts[language].page.version, { number: "" }).trim()}
        <code dir="ltr">${agreementVersion(document)}</code>
      </p>
    </header>
    <ol>
      ${points.map((point) => html`<li>${point}</li>`)}
    </ol>
  </main>`;
}
