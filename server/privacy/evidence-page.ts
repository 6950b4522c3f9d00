// `/privacy/evidence`: what is promised and proved, in short and then by kind, folded; without a script and without any third party.
// The promises and the titles of tests are in English.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import type { Language } from "../platform/languages.ts";
import { prove, readConformance, readEvidence, readPromises, type Conformance, type Proof } from "./evidence.ts";
import { fillHtml, html, sendPage, type Html } from "./html.ts";
import { pageTable } from "./page-table.ts";
import { policyNav, timeIn } from "./policy-page.ts";
import { fill, policyTexts } from "./policy-text.ts";
import { proofTexts } from "./proof-text.ts";
import { lastReview } from "./security-review.ts";
import { languageOf } from "./serve-choice.ts";

/** Reads the files once: they belong to the version that runs. */
export function registerEvidencePage(fastify: FastifyInstance, app: Pick<App, "log" | "db">): void {
  let read: { proofs: readonly Proof[]; conformance: Conformance | undefined } | undefined;
  const proved = new Map<Language, Html>();
  fastify.get("/privacy/evidence", { config: { isQuiet: true } }, async (request, reply) => {
    const language = languageOf(request);
    const { evidence } = proofTexts[language];
    read ??= readProofs(app);
    if (!proved.has(language)) proved.set(language, evidenceBody(read.proofs, read.conformance, language));
    const { at } = await lastReview(app);
    const body = html`<main>
      ${policyNav("/privacy/evidence", language)}
      <header>
        <h1>${evidence.title}</h1>
        <p class="quiet">${evidence.intro} ${evidence.only}</p>
      </header>
      ${proved.get(language)}
      <section>
        <p>
          ${fillHtml(policyTexts[language].page.reviewed, { at: timeIn(language, at) })}
          <a href="/privacy/security?lang=${language}">${evidence.security}</a>
        </p>
      </section>
    </main>`;
    return sendPage(reply, { title: evidence.title, language, body });
  });
}

function readProofs({ log }: Pick<App, "log">) {
  const conformance = readConformance();
  const proofs = prove(readPromises(), readEvidence(), conformance?.tests ?? {});
  const broken = proofs.filter(({ state }) => state === "broken").length;
  if (broken > 0) log.warn({ broken }, "promises whose test failed");
  return { proofs, conformance };
}

/** Only kept promises are listed as such; what a later feature promises stands apart and is not claimed. */
export function evidenceBody(
  proofs: readonly Proof[],
  conformance: Conformance | undefined,
  language: Language = "en",
): Html {
  const { short, evidence: words, category } = proofTexts[language];
  const kept = proofs.filter(({ state }) => state === "kept");
  const pending = proofs.filter(({ state }) => state === "pending");
  const mutation = conformance?.mutation;
  const parts = Object.entries(category).map(([key, name]) => {
    const own = kept.filter(({ promise }) => promise.category === key);
    return (
      own.length > 0 &&
      folded(
        name,
        own.length,
        [words.promise, words.test],
        own.map((one) => [...promiseOf(one, words.exactly), testsOf(one, words.tests)]),
      )
    );
  });
  const later = pending.map((one) => [...promiseOf(one, words.exactly), quoted(one.promise.pending)]);
  return html`<section aria-labelledby="short">
      <h2 id="short">${short}</h2>
      <dl class="figures">
        <dt>${words.proved}</dt>
        <dd>${kept.length}</dd>
        ${later.length > 0 && figure(words.pending, later.length)}
        ${mutation && figure(words.faults, `${mutation.killed} / ${mutation.total}`)}
      </dl>
      <p>
        ${
          conformance
            ? fillHtml(words.checked, {
                at: timeIn(language, conformance.at),
                commit: html`<code dir="ltr">${conformance.commit.slice(0, 12)}</code>`,
              })
            : words.unchecked
        }
      </p>
    </section>
    <section aria-label="${words.proved}">${parts}</section>
    ${
      later.length > 0 &&
      html`<section aria-labelledby="pending">
        <h2 id="pending">${words.pending}</h2>
        ${folded(words.pendingIntro, later.length, [words.promise, words.function], later)}
      </section>`
    }`;
}

const figure = (name: string, value: string | number): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`;

const folded = (name: string, count: number, heads: readonly string[], rows: readonly (readonly Html[])[]): Html =>
  html`<details class="fold">
    <summary>${name} (${count})</summary>
    ${pageTable({ caption: name, isCaptionTold: true, heads: ["Id", ...heads], rows })}
  </details>`;

const quoted = (text: string | undefined): Html => html`<span lang="en" dir="ltr">${text}</span>`;

/** Its id, and what it says; what is tested stands beneath, folded. */
function promiseOf({ promise, says }: Proof, exactly: string): Html[] {
  const told = html`${quoted(says.join(" "))}
    <details>
      <summary>${exactly}</summary>
      ${quoted(promise.requirement)}
    </details>`;
  return [html`<code dir="ltr">${promise.id}</code>`, told];
}

function testsOf({ tests }: Proof, counted: string): Html {
  const titles = [...new Set(tests)];
  return html`<details>
    <summary>${fill(counted, { n: titles.length })}</summary>
    <ul lang="en" dir="ltr">
      ${titles.map((title) => html`<li>${title}</li>`)}
    </ul>
  </details>`;
}
