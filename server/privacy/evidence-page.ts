// `/privacy/evidence`: what is promised and proved, rendered here, without a script and without any third party.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import { prove, readConformance, readEvidence, readPromises, type Conformance, type Proof } from "./evidence.ts";
import { html, sendPage, type Html } from "./html.ts";
import { lastReview } from "./security-review.ts";

const categories: Readonly<Record<string, string>> = {
  ...{ data: "Data", sec: "Security", ret: "Keeping and deleting", rights: "Rights", cons: "Consent" },
  ...{ share: "Sharing", comm: "Telling you", cook: "Cookies", feat: "Functions", bill: "Payment" },
};

/** Reads the files once: they belong to the version that runs. */
export function registerEvidencePage(fastify: FastifyInstance, app: Pick<App, "log" | "db">): void {
  let proved: Html | undefined;
  fastify.get("/privacy/evidence", { config: { isQuiet: true } }, async (_request, reply) => {
    proved ??= render(app);
    const { at } = await lastReview(app);
    const body = html`<main>
      <header><h1>What is proved</h1></header>
      <p>
        Security was last reviewed on <time datetime="${at}">${at.slice(0, 10)}</time>:
        <a href="/privacy/security">reviews and checklist</a>.
      </p>
      ${proved}
    </main>`;
    return sendPage(reply, { title: "What is proved", language: "en", body });
  });
}

function render({ log }: Pick<App, "log">): Html {
  const conformance = readConformance();
  const proofs = prove(readPromises(), readEvidence(), conformance?.tests ?? {});
  const broken = proofs.filter(({ state }) => state === "broken").length;
  if (broken > 0) log.warn({ broken }, "promises whose test failed");
  return evidenceBody(proofs, conformance);
}

/** Only kept promises are listed as such; what a later feature promises stands apart and is not claimed. */
export function evidenceBody(proofs: readonly Proof[], conformance: Conformance | undefined): Html {
  const kept = proofs.filter(({ state }) => state === "kept");
  const pending = proofs.filter(({ state }) => state === "pending");
  const mutation = conformance?.mutation;
  const when = conformance
    ? html`Last checked on <time datetime="${conformance.at}">${conformance.at.slice(0, 10)}</time>, as of commit
        <code>${conformance.commit.slice(0, 12)}</code>.`
    : "This version was not checked yet, so nothing is claimed.";
  const guard = mutation
    ? ` ${mutation.killed} of ${mutation.total} deliberate faults were noticed by these tests.`
    : "";
  const sections = Object.entries(categories).map(([category, name]) => {
    const rows = kept.filter(({ promise }) => promise.category === category).map(rowOf);
    return rows.length > 0 && sectionOf(name, null, tableOf("Promise", "Test", rows));
  });
  const later = pending.map(
    ({ promise }) =>
      html`<tr>
        <td><code>${promise.id}</code></td>
        <td>${promise.requirement}</td>
        <td>${promise.pending}</td>
      </tr>`,
  );
  const unclaimed = "Promises about functions that do not exist yet.";
  return html`<p>Each promise below is held by tests that run against the real software. ${when}${guard}</p>
    <p>${kept.length} promises are proved. A promise without a passing test is not on this page.</p>
    ${sections}
    ${later.length > 0 && sectionOf("Pending: not claimed", unclaimed, tableOf("Promise", "Function", later))}`;
}

const sectionOf = (title: string, text: string | null, table: Html): Html =>
  html`<section>
    <h2>${title}</h2>
    ${text && html`<p>${text}</p>`}${table}
  </section>`;

function rowOf({ promise, tests }: Proof): Html {
  const titles = [...new Set(tests)];
  const list = titles.map((title) => html`<li>${title}</li>`);
  const count = `${titles.length} ${titles.length === 1 ? "test" : "tests"}`;
  return html`<tr>
    <td><code>${promise.id}</code></td>
    <td>${promise.requirement}</td>
    <td>
      <details>
        <summary>${count}</summary>
        <ul>
          ${list}
        </ul>
      </details>
    </td>
  </tr>`;
}

const tableOf = (second: string, third: string, rows: readonly Html[]): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Id</th>
          <th scope="col">${second}</th>
          <th scope="col">${third}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
