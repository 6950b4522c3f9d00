// `/privacy/terms` and `/privacy/data-processing`: the contract of a workspace, in the words that are accepted. With `?since=` and the
// version of earlier words, what is new and what is gone stands out; both are whole then.
import { agreementTexts, type AgreementDocument, type AgreementText } from "../identity/agreement-text.ts";
import { agreementPath, agreementVersion, type KeptWords } from "../identity/agreements.ts";
import type { Language } from "../platform/languages.ts";
import { html, type Html } from "./html.ts";
import { policyNav } from "./policy-page.ts";
import { fill, policyTexts } from "./policy-text.ts";

const pointsOf = (text: AgreementText | undefined): readonly string[] => [
  ...(text?.points ?? []),
  ...(text?.use?.points ?? []),
];

export function renderAgreement(document: AgreementDocument, language: Language, before: KeptWords | undefined): Html {
  const now = agreementTexts[document][language];
  const { page } = policyTexts[language];
  const number = agreementVersion(document);
  const since = before?.version === number ? undefined : before;
  const [old, current] = [pointsOf(since?.words[language]), pointsOf(now)];
  const list = (points: readonly string[]): Html =>
    html`<ol>
      ${points.map((one) => html`<li>${since && !old.includes(one) ? html`<ins>${one}</ins>` : one}</li>`)}
    </ol>`;
  const gone = old.filter((one) => !current.includes(one));
  return html`<main>
    ${policyNav(agreementPath[document], language)}
    <header>
      <h1>${now.title}</h1>
      <p class="quiet">
        ${since ? fill(page.compared, { number, before: since.version }) : fill(page.version, { number: "" }).trim()}
        ${since ? null : html`<code dir="ltr">${number}</code>`}
      </p>
    </header>
    ${list(now.points)}
    ${
      now.use &&
      html`<section aria-labelledby="use">
        <h2 id="use">${now.use.title}</h2>
        ${list(now.use.points)}
      </section>`
    }
    ${
      gone.length > 0 &&
      html`<ul>
        ${gone.map((one) => html`<li><del>${one}</del></li>`)}
      </ul>`
    }
  </main>`;
}
