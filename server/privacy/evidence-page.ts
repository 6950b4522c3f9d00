// `/privacy/evidence`: what is promised and proved, rendered here, without a script and without any third party.
import type { FastifyInstance } from "fastify";
import type { App } from "../platform/context.ts";
import { prove, readConformance, readEvidence, readPromises, type Conformance, type Proof } from "./evidence.ts";

const policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; font-size: 1.125rem }
table { width: 100%; border-collapse: collapse }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid color-mix(in srgb, currentcolor 15%, transparent); text-align: start; vertical-align: top }
td:first-child, code { font: .875rem ui-monospace, monospace; white-space: nowrap }
summary { cursor: pointer }
li { overflow-wrap: anywhere; font-size: .875rem }
`;
const categories: Readonly<Record<string, string>> = {
  ...{ data: "Data", sec: "Security", ret: "Keeping and deleting", rights: "Rights", cons: "Consent" },
  ...{ share: "Sharing", comm: "Telling you", cook: "Cookies", feat: "Functions", bill: "Payment" },
};

/** Reads the files once: they belong to the version that runs. */
export function registerEvidencePage(fastify: FastifyInstance, app: Pick<App, "log">): void {
  let html: string | undefined;
  fastify.get("/privacy/evidence", { config: { isQuiet: true } }, (_request, reply) => {
    html ??= render(app);
    return reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(html);
  });
  fastify.get("/privacy/evidence.css", { config: { isQuiet: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(style),
  );
}

function render({ log }: Pick<App, "log">): string {
  const conformance = readConformance();
  const proofs = prove(readPromises(), readEvidence(), conformance?.tests ?? {});
  const broken = proofs.filter(({ state }) => state === "broken").length;
  if (broken > 0) log.warn({ broken }, "promises whose test failed");
  return evidenceHtml(proofs, conformance);
}

/** Only kept promises are listed as such; what a later feature promises stands apart and is not claimed. */
export function evidenceHtml(proofs: readonly Proof[], conformance: Conformance | undefined): string {
  const kept = proofs.filter(({ state }) => state === "kept");
  const pending = proofs.filter(({ state }) => state === "pending");
  const mutation = conformance?.mutation;
  const when = conformance
    ? `Last checked on <time datetime="${conformance.at}">${conformance.at.slice(0, 10)}</time>, as of commit <code>${conformance.commit.slice(0, 12)}</code>.`
    : "This version was not checked yet, so nothing is claimed.";
  const guard = mutation
    ? ` ${mutation.killed} of ${mutation.total} deliberate faults were noticed by these tests.`
    : "";
  const sections = Object.entries(categories).flatMap(([category, name]) => {
    const rows = kept.filter(({ promise }) => promise.category === category).map(rowOf);
    return rows.length === 0 ? [] : [`<h2>${name}</h2>${tableOf("Promise", "Test", rows)}`];
  });
  const later = pending.map(
    ({ promise }) =>
      `<tr><td>${promise.id}</td><td>${escape(promise.requirement)}</td><td>${escape(promise.pending ?? "")}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is proved</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/privacy/evidence.css"></head>
<body><main><h1>What is proved</h1>
<p>Each promise below is held by tests that run against the real software. ${when}${guard}</p>
<p>${kept.length} promises are proved. A promise without a passing test is not on this page.</p>
${sections.join("\n")}
${later.length === 0 ? "" : `<h2>Pending: not claimed</h2><p>Promises about functions that do not exist yet.</p>${tableOf("Promise", "Function", later)}`}
</main></body></html>
`;
}

function rowOf({ promise, tests }: Proof): string {
  const list = [...new Set(tests)].map((title) => `<li>${escape(title)}</li>`).join("");
  const count = new Set(tests).size;
  const text = `<details><summary>${count} ${count === 1 ? "test" : "tests"}</summary><ul>${list}</ul></details>`;
  return `<tr><td>${promise.id}</td><td>${escape(promise.requirement)}</td><td>${text}</td></tr>`;
}

function tableOf(second: string, third: string, rows: readonly string[]): string {
  return `<table><thead><tr><th scope="col">Id</th><th scope="col">${second}</th><th scope="col">${third}</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (c) => entities[c] ?? c);
