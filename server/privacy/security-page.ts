// `/privacy/security`: how the product stands against OWASP ASVS and when it was reviewed, in short; then the checklist itself, folded, with
// how each test of it ended. What is quoted stays in English.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import type { Language } from "../platform/languages.ts";
import { chapterNumbers, chapterOf, readChecklist, stateOf, type Checklist, type Shown } from "./asvs.ts";
import { readConformance, type Conformance } from "./evidence.ts";
import { fillHtml, html, sendPage, type Html } from "./html.ts";
import { pageTable } from "./page-table.ts";
import { policyNav, timeIn } from "./policy-page.ts";
import { proofTexts } from "./proof-text.ts";
import { readOperatorReview, readProjectReview, type OperatorReview, type ProjectReview } from "./security-review.ts";
import { languageOf } from "./serve-choice.ts";

/** The list and what is folded are made once: they belong to the version that runs. */
export function serveSecurityPage(fastify: FastifyInstance, app: Pick<App, "db">): void {
  const folded = new Map<Language, Html>();
  let outcomes: Conformance["tests"] | undefined;
  let list: Checklist | undefined;
  fastify.get("/privacy/security", { config: { isQuiet: true } }, async (request, reply) => {
    const language = languageOf(request);
    const { title, intro } = proofTexts[language].security;
    outcomes ??= readConformance()?.tests ?? {};
    list ??= readChecklist();
    if (!folded.has(language)) folded.set(language, checklistBody(list, outcomes, language));
    const [project, own] = [readProjectReview(), await readOperatorReview(app)];
    const body = html`<main>
      ${policyNav("/privacy/security", language)}
      <header>
        <h1>${title}</h1>
        <p class="quiet">${fillHtml(intro, { version: list.version, edition: list.edition })}</p>
      </header>
      ${summary(list, outcomes, language)} ${reviewSection(project, own, language)} ${folded.get(language)}
    </main>`;
    return sendPage(reply, { title, language, body });
  });
}

const states = ["met", "not_met", "not_applicable", "unproved"] as const satisfies readonly Shown[];

const countOf = (shown: readonly Shown[], state: Shown): number => shown.filter((one) => one === state).length;

function summary(list: Checklist, outcomes: Conformance["tests"], language: Language): Html {
  const { short, security, state: words } = proofTexts[language];
  const shown = list.answers.map((answer) => stateOf(answer, outcomes));
  const counts = states.filter((state) => state !== "unproved" || countOf(shown, state) > 0);
  return html`<section aria-labelledby="short">
    <h2 id="short">${short}</h2>
    <dl class="figures">
      <dt>${security.total}</dt>
      <dd>${shown.length}</dd>
      ${counts.map(
        (state) =>
          html`<dt>${words[state]}</dt>
            <dd data-state="${state}">${countOf(shown, state)}</dd>`,
      )}
    </dl>
  </section>`;
}

const partNames = {
  audit: "Known vulnerabilities of packages",
  analysis: "Static analysis of the code",
  checklist: "Checklist, as it stood then",
  links: "Links of the register",
} as const satisfies Record<keyof ProjectReview["parts"], string>;
const endings = { passed: "passed", failed: "failed", not_made: "not made" } as const;

export function reviewSection(project: ProjectReview, own: OperatorReview | undefined, language: Language): Html {
  const { security } = proofTexts[language];
  const parts = Object.entries(project.parts).map(
    ([name, { state, says }]) =>
      html`<li>${partNames[name as keyof typeof partNames]}: ${endings[state]}. ${says}</li>`,
  );
  return html`<section aria-labelledby="reviews">
    <h2 id="reviews">${security.reviews}</h2>
    <p>${fillHtml(security.project, { version: project.version, at: timeIn(language, project.at) })}</p>
    <p>
      ${own === undefined ? security.ownNone : fillHtml(security.own, { at: timeIn(language, own.at), by: own.by })}
    </p>
    <details class="fold">
      <summary>${security.looked}</summary>
      <ul lang="en" dir="ltr">
        ${parts}
        <li>By ${project.by}, commit <code>${project.commit.slice(0, 12)}</code></li>
      </ul>
    </details>
    ${
      own &&
      html`<details class="fold">
        <summary>${security.report}</summary>
        <p dir="ltr">${evidenceOf(own)}</p>
      </details>`
    }
  </section>`;
}

const evidenceOf = ({ evidence }: OperatorReview): Html =>
  "link" in evidence
    ? html`<a href="${evidence.link}" rel="noopener noreferrer">${evidence.link}</a>`
    : html`SHA-256 <code>${evidence.sha256}</code>`;

/** What is not met, open for all to read, and every requirement by chapter, with its reason. */
export function checklistBody(list: Checklist, outcomes: Conformance["tests"], language: Language): Html {
  const { security, chapters } = proofTexts[language];
  const shown = list.answers.map((answer) => ({ ...answer, shown: stateOf(answer, outcomes) }));
  const names = chapters.split(";");
  return html`<section aria-labelledby="open">
      <h2 id="open">${security.open}</h2>
      <ul lang="en" dir="ltr">
        ${shown.filter((one) => one.shown === "not_met").map(({ id, asks }) => html`<li>${asks} (V${id})</li>`)}
      </ul>
    </section>
    <section aria-labelledby="every">
      <h2 id="every">${security.every}</h2>
      <p class="quiet">
        ${security.everyIntro} <a href="${list.source}" rel="noopener noreferrer">${list.source}</a> (${list.licence}).
      </p>
      ${chapterNumbers.map((chapter, at) =>
        chapterPart(
          `V${chapter} ${names[at] ?? ""}`,
          shown.filter((answer) => chapterOf(answer) === chapter),
          outcomes,
          language,
        ),
      )}
    </section>`;
}

type ShownAnswer = Checklist["answers"][number] & { shown: Shown };

function chapterPart(
  name: string,
  answers: readonly ShownAnswer[],
  outcomes: Conformance["tests"],
  language: Language,
): Html {
  const { security, state: words } = proofTexts[language];
  const of = answers.map((one) => one.shown);
  const counts = states
    .filter((state) => countOf(of, state) > 0)
    .map((state) => `${countOf(of, state)} ${words[state]}`);
  const rows = answers.map((one) => [
    html`<code dir="ltr">V${one.id}</code>`,
    html`<span lang="en" dir="ltr">${one.asks}</span>`,
    html`<span data-state="${one.shown}">${words[one.shown]}</span>`,
    whyCell(one, outcomes, security.evidence),
  ]);
  return html`<details class="fold">
    <summary>${name}<span class="quiet">${counts.join(" · ")}</span></summary>
    ${pageTable({ caption: name, isCaptionTold: true, heads: [security.id, security.asks, security.state, security.why], rows })}
  </details>`;
}

function whyCell({ because, tests = [], files = [] }: ShownAnswer, outcomes: Conformance["tests"], head: string): Html {
  return html`<span lang="en" dir="ltr">${because}</span>${
      tests.length + files.length > 0 &&
      html`<details>
        <summary>${head}</summary>
        <ul lang="en" dir="ltr">
          ${tests.map((title) => html`<li>${title}: ${outcomes[title] ?? "not run yet"}</li>`)}
          ${files.map((file) => html`<li><code>${file}</code></li>`)}
        </ul>
      </details>`
    }`;
}
