// The privacy page of this deployment, as markup.
import { html, type Html } from "./html.ts";
import { isMaterial } from "./compare-policies.ts";
import type { HeldData, PolicyFacts } from "./policy-facts.ts";
import { categoryWords, changeSentence, keptWords, protectWords, purposeWords, rightWords } from "./policy-text.ts";
import type { PolicyVersion } from "./read-policies.ts";

const day = (at: Date): string => new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" }).format(at);

/** Each sentence of the page by its section: what is shown, and what two versions are compared by. */
export function policySentences(facts: PolicyFacts): Map<string, string[]> {
  const { operator, held, recipients, cookies } = facts;
  const shares = recipients.map(
    (one) =>
      `${one.name} (${one.country}): ${one.does} ${one.when} It receives: ${one.categories.map((key) => categoryWords[key] ?? key).join("; ")}.`,
  );
  return new Map([
    [
      "Who answers for it",
      [
        `${operator.name} runs this server and answers for it. Write to ${operator.contact}.`,
        operator.region === "" ? "The server's region was not stated." : `The server stands in ${operator.region}.`,
        "For what a business writes with its customers here, that business decides, and the operator acts on its instruction.",
      ],
    ],
    ["What is collected", unique(held, (one) => `${categoryWords[one.category] ?? one.category}.`)],
    [
      "What it is used for",
      unique(
        held,
        (one) => `${categoryWords[one.category] ?? one.category}: ${purposeWords[one.purpose] ?? one.purpose}.`,
      ),
    ],
    [
      "Who receives it",
      [
        ...shares,
        "Nobody else. Nothing is sold, rented or used for advertising, and nothing trains a model.",
        "An authority gets data only where the law demands it, after two people approved, and it is written down.",
      ],
    ],
    [
      "How long it stays",
      [
        "Each channel keeps what was said in full, for a number of days, or only until it is delivered; its owner chooses, and a stricter choice reaches back.",
        "Erased data is unreadable at once, because its key is destroyed; encrypted remnants, and a keyed index of addresses, leave the backups within 30 days.",
      ],
    ],
    [
      "How it is protected",
      [
        ...unique(
          held,
          (one) => `${categoryWords[one.category] ?? one.category}: ${protectWords[one.protect] ?? one.protect}.`,
        ),
        "No method is perfectly secure. If something is breached, the businesses concerned hear of it without delay and the authority within 72 hours.",
      ],
    ],
    [
      "Cookies",
      [
        ...cookies.map((one) => `${one.name} (${one.necessity.replaceAll("_", " ")}, ${one.kept}): ${one.holds}`),
        "There is nothing else: no analytics, no advertising, no asset of anybody else. A Global Privacy Control signal is honoured; there is nothing it would have to switch off.",
      ],
    ],
    ["What you may do", facts.rights.map((right) => `You may ${rightWords[right] ?? right}.`)],
    [
      "How",
      [
        "A customer of a business here: ask it in your chat for the link to your own page. Somebody who signs in: in the settings, or by mail.",
        `In any case: ${operator.contact}. The answer comes within a month. Accounts are for adults (18 and older).`,
      ],
    ],
  ]);
}

const unique = (held: readonly HeldData[], say: (one: HeldData) => string): string[] =>
  [...new Set(held.map(say))].toSorted();

const nav = html`<nav aria-label="Privacy">
  <a href="/privacy">Policy in force</a><a href="/privacy/versions">All versions</a>
</nav>`;

const heldTable = (held: readonly HeldData[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Every place">
    <table>
      <caption class="quiet">
        Every place, from the declarations that the software itself works by
      </caption>
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">What</th>
          <th scope="col">Stored</th>
          <th scope="col">Kept</th>
        </tr>
      </thead>
      <tbody>
        ${held.map(
          (one) =>
            html`<tr>
              <td><code>${one.place}</code></td>
              <td>${categoryWords[one.category] ?? one.category}</td>
              <td>${protectWords[one.protect] ?? one.protect}</td>
              <td>${keptWords(one.days)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

export function renderPolicy(
  version: PolicyVersion,
  coming: PolicyVersion | undefined,
  isInForce: boolean,
  hasGpc: boolean,
): Html {
  const sections = [...policySentences(version.facts)];
  return html`<main>
    ${nav}
    <header>
      <h1>Privacy policy of ${version.facts.operator.name}</h1>
      <p class="quiet">
        Version ${version.number}, ${isInForce ? "in force since" : "in force from"}
        <time datetime="${version.effectiveAt.toISOString()}">${day(version.effectiveAt)}</time>. Made from the
        declarations by which the software deletes, exports and seals.
      </p>
    </header>
    ${hasGpc ? html`<p class="said">Your browser sends Global Privacy Control. It is honoured.</p>` : null}
    ${coming && isInForce ? html`<p class="warn">Version ${coming.number} comes into force on ${day(coming.effectiveAt)}. <a href="/privacy/versions/${coming.number}">See what changes</a></p>` : null}
    ${sections.map(
      ([title, sentences], at) =>
        html`<section aria-labelledby="s${at}">
          <h2 id="s${at}">${title}</h2>
          <ul>
            ${sentences.map((one) => html`<li>${one}</li>`)}
          </ul>
          ${title === "How long it stays" ? heldTable(version.facts.held) : null}
        </section>`,
    )}
  </main>`;
}

export function renderVersions(versions: readonly PolicyVersion[]): Html {
  return html`<main>
    ${nav}
    <header>
      <h1>Versions of the privacy policy</h1>
      <p class="quiet">None is ever changed or removed.</p>
    </header>
    ${versions.map(
      (one) =>
        html`<section>
          <h2><a href="/privacy/versions/${one.number}">Version ${one.number}</a></h2>
          <p class="quiet">
            Told on ${day(one.notifiedAt)}, in force from
            ${day(one.effectiveAt)}${isMaterial(one.changes) ? ". It matters:" : null}
          </p>
          ${
            one.changes.length > 0
              ? html`<ul>
                  ${one.changes.map((change) => html`<li>${changeSentence(change)}</li>`)}
                </ul>`
              : null
          }
        </section>`,
    )}
  </main>`;
}

/** What one version says that the one before did not, and the other way round. */
export function renderVersion(version: PolicyVersion, before: PolicyVersion | undefined, isInForce: boolean): Html {
  if (!before) return renderPolicy(version, undefined, isInForce, false);
  const [old, now] = [policySentences(before.facts), policySentences(version.facts)];
  const parts = [...now].map(([title, sentences]) => {
    const was = old.get(title) ?? [];
    const gone = was.filter((one) => !sentences.includes(one));
    const come = sentences.filter((one) => !was.includes(one));
    return { title, gone, come };
  });
  const changed = parts.filter(({ gone, come }) => gone.length + come.length > 0);
  return html`<main>
    ${nav}
    <header>
      <h1>Version ${version.number} compared with ${before.number}</h1>
      <p class="quiet">
        Told on ${day(version.notifiedAt)}, in force from
        <time datetime="${version.effectiveAt.toISOString()}">${day(version.effectiveAt)}</time>.
      </p>
    </header>
    <ul>
      ${version.changes.map((change) => html`<li>${changeSentence(change)}</li>`)}
    </ul>
    ${changed.map(
      ({ title, gone, come }) =>
        html`<section>
          <h2>${title}</h2>
          <ul>
            ${gone.map((one) => html`<li><del>${one}</del></li>`)}${come.map((one) => html`<li><ins>${one}</ins></li>`)}
          </ul>
        </section>`,
    )}
  </main>`;
}
