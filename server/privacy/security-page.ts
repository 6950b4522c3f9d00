// `/privacy/security`: the checklist of OWASP ASVS for this version, with how each test of it ended, and the reviews of security.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import { chapterOf, chapters, countStates, readChecklist, stateOf, stateWords, type Checklist } from "./asvs.ts";
import { readConformance, type Conformance } from "./evidence.ts";
import { html, sendPage, type Html } from "./html.ts";
import { readOperatorReview, readProjectReview, type OperatorReview, type ProjectReview } from "./security-review.ts";

/** The checklist is read once: it belongs to the version that runs. */
export function serveSecurityPage(fastify: FastifyInstance, app: Pick<App, "db">): void {
  let checklist: Html | undefined;
  fastify.get("/privacy/security", { config: { isQuiet: true } }, async (_request, reply) => {
    checklist ??= checklistBody(readChecklist(), readConformance()?.tests ?? {});
    const body = html`<main>
      <header><h1>Security</h1></header>
      ${reviewSection(readProjectReview(), await readOperatorReview(app))} ${checklist}
    </main>`;
    return sendPage(reply, { title: "Security", language: "en", body });
  });
}

const dayOf = (at: string): Html => html`<time datetime="${at}">${at.slice(0, 10)}</time>`;
const partNames = {
  audit: "Known vulnerabilities of packages",
  analysis: "Static analysis of the code",
  checklist: "Checklist below",
  links: "Links of the register",
} as const satisfies Record<keyof ProjectReview["parts"], string>;
const endings = { passed: "passed", failed: "failed", not_made: "not made" } as const;

export function reviewSection(project: ProjectReview, own: OperatorReview | undefined): Html {
  const parts = Object.entries(project.parts).map(
    ([name, { state, says }]) =>
      html`<li>${partNames[name as keyof typeof partNames]}: ${endings[state]}. ${says}</li>`,
  );
  return html`<section>
    <h2>Reviews</h2>
    <p>
      The project reviewed version ${project.version} on ${dayOf(project.at)} (${project.by}, commit
      <code>${project.commit.slice(0, 12)}</code>):
    </p>
    <ul>
      ${parts}
    </ul>
    <p>
      ${
        own === undefined
          ? "The operator of this server has recorded no review of it yet."
          : html`The operator reviewed this server on ${dayOf(own.at)} (${own.by}); evidence: ${evidenceOf(own)}.`
      }
    </p>
  </section>`;
}

const evidenceOf = ({ evidence }: OperatorReview): Html =>
  "link" in evidence
    ? html`<a href="${evidence.link}" rel="noopener noreferrer">${evidence.link}</a>`
    : html`a report with the SHA-256 <code>${evidence.sha256}</code>`;

export function checklistBody(list: Checklist, outcomes: Conformance["tests"]): Html {
  const shown = list.answers.map((answer) => ({ ...answer, shown: stateOf(answer, outcomes) }));
  const sections = Object.entries(chapters).map(([chapter, name]) => {
    const rows = shown
      .filter((answer) => chapterOf(answer) === chapter)
      .map(
        ({ id, asks, shown: state, because, tests = [], files = [] }) =>
          html`<tr>
            <td><code>V${id}</code></td>
            <td>${asks}</td>
            <td>${stateWords[state]}</td>
            <td>
              ${because}
              ${
                tests.length + files.length > 0 &&
                html`<details>
                  <summary>Evidence</summary>
                  <ul>
                    ${tests.map((title) => html`<li>${title}: ${outcomes[title] ?? "not run yet"}</li>`)}
                    ${files.map((file) => html`<li><code>${file}</code></li>`)}
                  </ul>
                </details>`
              }
            </td>
          </tr>`,
      );
    return html`<section>
      <h3>V${chapter} ${name}</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="${name}">
        <table>
          <thead>
            <tr>
              ${["Id", "Asks", "State", "Why"].map((head) => html`<th scope="col">${head}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
    </section>`;
  });
  return html`<section>
      <h2>Checklist: OWASP ASVS ${list.edition}, levels 1 and 2, for version ${list.version}</h2>
      <p>
        ${list.answers.length} requirements: ${countStates(shown.map((one) => one.shown))}. The project answers for
        itself; nobody else looked. What a requirement asks is in our own words, after the OWASP Application Security
        Verification Standard, whose text counts:
        <a href="${list.source}" rel="noopener noreferrer">${list.source}</a>. It and this list are under
        ${list.licence}.
      </p>
    </section>
    ${sections}`;
}
