// `/privacy/terms` and `/privacy/data-processing`: the contract of a workspace, in the words that are accepted. With `?since=` and the
// version of earlier words, what is new and what is gone stands out; both are whole then.
import { agreementTexts, type AgreementDocument, type AgreementText } from "../identity/agreement-text.ts";
import { agreementPath, agreementVersion, type KeptWords } from "../identity/agreements.ts";
import type { Language } from "../platform/languages.ts";
import { fillHtml, html, type Html } from "./html.ts";
import { policyNav, timeIn } from "./policy-page.ts";
import { policyTexts } from "./policy-text.ts";

const pointsOf = (text: AgreementText | undefined): readonly string[] => [
  ...(text?.points ?? []),
  ...(text?.use?.points ?? []),
];

/** Versions go by their days: what names them exactly is for programs. */
export function renderAgreement(
  document: AgreementDocument,
  language: Language,
  { current: kept, before }: { current: KeptWords | undefined; before: KeptWords | undefined },
): Html {
  const now = agreementTexts[document][language];
  const { page } = policyTexts[language];
  const number = agreementVersion(document);
  const since = before?.version === number ? undefined : before;
  const at = kept && timeIn(language, kept.since.toISOString());
  const [old, current] = [pointsOf(since?.words[language]), pointsOf(now)];
  const list = (points: readonly string[]): Html =>
    html`<ol>
      ${points.map((one) => html`<li>${since && !old.includes(one) ? html`<ins>${one}</ins>` : one}</li>`)}
    </ol>`;
  const gone = old.filter((one) => !current.includes(one));
  return html`<main>
    ${policyNav(agreementPath[document], language)}
    <header data-version="${number}">
      <h1>${now.title}</h1>
      ${at && html`<p class="quiet">${fillHtml(page.wordsSince, { at })} ${since && fillHtml(page.wordsBefore, { at: timeIn(language, since.since.toISOString()) })}</p>`}
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
