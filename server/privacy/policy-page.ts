// The privacy page of this deployment, as markup, in one of the product's languages.
import { choiceTexts } from "./choice-text.ts";
import { isMaterial } from "./compare-policies.ts";
import { languageNames, languages, type Language } from "../platform/languages.ts";
import { hostOf, settings } from "../platform/config.ts";
import { html, withCode, type Html } from "./html.ts";
import { pageTable } from "./page-table.ts";
import type { HeldData, PolicyFacts } from "./policy-facts.ts";
import type { SectionKey } from "./policy-text-en.ts";
import { registerTable } from "./register-table.ts";
import {
  changeSentence,
  cookieWords,
  countryName,
  countryNames,
  fill,
  keptWords,
  policyTexts,
  recipientWords,
  wordOf,
} from "./policy-text.ts";
import type { PolicyVersion } from "./read-policies.ts";

/** In whose words, and with which dates. */
interface Voice {
  language: Language;
  day: (at: Date) => string;
}

export function voiceIn(language: Language): Voice {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return { language, day: (at) => format.format(at) };
}

/** A day in this language, and to the machine its moment. */
export const timeIn = (language: Language, at: string): Html => time(new Date(at), voiceIn(language));

/** Each sentence of the page by its section: what is shown, and what two versions are compared by. */
export function policySentences(facts: PolicyFacts, language: Language = "en"): Map<SectionKey, string[]> {
  const { operator, held, recipients, cookies } = facts;
  const text = policyTexts[language];
  const { sentence: say, category, protect, right } = text;
  const of = (one: HeldData): string => wordOf(category, one.category);
  return new Map<SectionKey, string[]>([
    ["who", [fill(say["who.operator"], operator), hostSentence(operator.region, language), say["who.business"]]],
    ["collected", unique(held, (one) => `${of(one)}.`)],
    ["used", [...usesOf(held, language)].flatMap(([what, uses]) => uses.map((one) => `${what}: ${one}.`))],
    [
      "receives",
      [
        ...recipients.map((one) => {
          const { name: who, does, when, country, what } = recipientWords(one, language);
          return fill(say["receives.gets"], { who, does, when, country, what });
        }),
        ...(recipients.length === 0
          ? []
          : [fill(say["receives.countries"], { countries: countryList(facts, language) })]),
        ...(isWithoutChannels(facts) ? [say["receives.channel"]] : []),
        say["receives.nobody"],
        say["receives.authority"],
      ],
    ],
    ["stays", [say["stays.channels"], say["stays.erased"]]],
    ["protected", [...unique(held, (one) => `${of(one)}: ${wordOf(protect, one.protect)}.`), say["protected.risk"]]],
    [
      "cookies",
      [
        ...cookies.map((one) => {
          const { name, necessity, kept, holds } = cookieWords(one, language);
          return `${name} (${necessity}; ${kept}): ${holds}`;
        }),
        ...[say["cookies.none"], say["cookies.counted"], say["cookies.gpc"]],
      ],
    ],
    ["may", facts.rights.map((key) => fill(say.may, { what: wordOf(right, key) }))],
    ["how", [say["how.ask"], fill(say["how.write"], operator)]],
  ]);
}

/** Of each kind of data what it is used for, and on which ground. */
function usesOf(held: readonly HeldData[], language: Language): Map<string, string[]> {
  const { category, purpose, basis } = policyTexts[language];
  const kindOf = (one: HeldData): string => wordOf(category, one.category);
  const useOf = (one: HeldData): string =>
    `${wordOf(purpose, one.purpose)}${one.basis === undefined ? "" : ` (${wordOf(basis, one.basis)})`}`;
  const groups = Map.groupBy(held, kindOf);
  return new Map([...groups.keys()].toSorted().map((kind) => [kind, unique(groups.get(kind) ?? [], useOf)]));
}

const countryList = ({ recipients }: PolicyFacts, language: Language): string =>
  [...new Set(recipients.flatMap((one) => countryNames(one, language)))].toSorted().join("; ");

/** No channel is connected, so no network of one is listed. */
const isWithoutChannels = ({ recipients }: PolicyFacts): boolean =>
  recipients.every(({ provider }) => provider === null || provider === undefined);

function hostSentence(region: string, language: Language): string {
  const { sentence: say } = policyTexts[language];
  const hosted = hostOf(region);
  if (region === "") return fill(say["who.noRegion"], { setting: settings.region.env });
  if (hosted === undefined) return fill(say["who.region"], { region });
  if (hosted.country === null) return say["who.trial"];
  return fill(say["who.host"], { host: hosted.host, country: countryName(hosted.country, language) });
}

const unique = (held: readonly HeldData[], say: (one: HeldData) => string): string[] =>
  [...new Set(held.map(say))].toSorted();

/** To the other pages about privacy, and to this one in other words. */
export function policyNav(path: string, language: Language): Html {
  const { page } = policyTexts[language];
  const pages = {
    "/privacy": "nav.policy",
    "/privacy/versions": "nav.versions",
    "/privacy/cookies": "nav.cookies",
  } as const;
  const current = (isIt: boolean): Html | null => (isIt ? html` aria-current="page"` : null);
  return html`<nav aria-label="${page.nav}">
      ${Object.entries(pages).map(
        ([at, key]) => html`<a href="${at}?lang=${language}" ${current(at === path)}>${page[key]}</a>`,
      )}
    </nav>
    <nav aria-label="${page.language}">
      ${languages.map(
        (one) =>
          html`<a href="${path}?lang=${one}" lang="${one}" hreflang="${one}" ${current(one === language)}
            >${languageNames[one]}</a
          >`,
      )}
    </nav>`;
}

function heldTable(held: readonly HeldData[], language: Language): Html {
  const text = policyTexts[language];
  const { page } = text;
  return pageTable({
    caption: page["places.caption"],
    heads: [page.where, page.what, page.stored, page.kept],
    rows: held.map((one) => [
      html`<code dir="ltr">${one.place}</code>`,
      wordOf(text.category, one.category),
      wordOf(text.protect, one.protect),
      keptWords(one.days, text),
    ]),
  });
}

export function cookieTable(cookies: PolicyFacts["cookies"], language: Language): Html {
  const { page } = policyTexts[language];
  return pageTable({
    caption: page["cookies.caption"],
    heads: [page.name, page.what, page.necessity, page.kept],
    rows: cookies.map((one) => {
      const { name, holds, necessity, kept } = cookieWords(one, language);
      return [html`<code dir="ltr">${name}</code>`, withCode(holds), necessity, kept];
    }),
  });
}

const time = (at: Date, { day }: Voice): Html => html`<time datetime="${at.toISOString()}">${day(at)}</time>`;

export function renderPolicy(
  version: PolicyVersion,
  options: {
    path: string;
    coming?: PolicyVersion | undefined;
    isInForce: boolean;
    hasSignal: boolean;
    reviewedAt?: Date;
  },
  voice: Voice,
): Html {
  const { language, day } = voice;
  const { page, section } = policyTexts[language];
  const { number, facts, effectiveAt } = version;
  const { path, coming, isInForce, hasSignal, reviewedAt } = options;
  return html`<main>
    ${policyNav(path, language)}
    <header>
      <h1>${fill(page.title, facts.operator)}</h1>
      <p class="quiet">
        ${fill(isInForce ? page.inForceSince : page.inForceFrom, { number })} ${time(effectiveAt, voice)}. ${page.made}
      </p>
    </header>
    ${hasSignal ? html`<p class="said">${page.gpc}</p>` : null}
    ${
      coming && isInForce
        ? html`<p class="warn">
            ${fill(page.coming, { number: coming.number, at: day(coming.effectiveAt) })}
            <a href="/privacy/versions/${coming.number}?lang=${language}">${page.comingLink}</a>
          </p>`
        : null
    }
    ${[...policySentences(facts, language)].map(
      // by kind, which is shorter; versions are compared by each use
      ([key, sentences]) =>
        html`<section aria-labelledby="${key}">
          <h2 id="${key}">${section[key]}</h2>
          <ul>
            ${key === "used" ? useList(facts.held, language) : sentences.map((one) => html`<li>${withCode(one)}</li>`)}
          </ul>
          ${key === "receives" ? registerTable(facts.recipients, language) : null}
          ${key === "stays" ? heldTable(facts.held, language) : null}
          ${key === "protected" ? proofLinks(reviewedAt, voice) : null}
          ${key === "cookies" ? html`<p><a href="/privacy/cookies?lang=${language}">${choiceTexts[language].more}</a></p>` : null}
        </section>`,
    )}
  </main>`;
}

const useList = (held: readonly HeldData[], language: Language): Html[] =>
  [...usesOf(held, language)].map(([what, uses]) => html`<li><strong>${what}</strong>: ${uses.join("; ")}.</li>`);

/** Pages that say more, the annex in English alone, and when security was last looked over. */
function proofLinks(reviewedAt: Date | undefined, { language, day }: Voice): Html {
  const { page } = policyTexts[language];
  const links = [
    ["/privacy/annex", page.annex, "en"],
    [`/privacy/evidence?lang=${language}`, page.evidence, language],
    [`/privacy/security?lang=${language}`, page.checklist, language],
  ] as const;
  return html`${reviewedAt && html`<p>${fill(page.reviewed, { at: day(reviewedAt) })}</p>`}
    <ul>
      ${links.map(([path, words, hreflang]) => html`<li><a href="${path}" hreflang="${hreflang}">${words}</a></li>`)}
    </ul>`;
}

const changeList = (changes: PolicyVersion["changes"], language: Language): Html | null =>
  changes.length === 0
    ? null
    : html`<ul>
        ${changes.map((change) => html`<li>${changeSentence(change, language)}</li>`)}
      </ul>`;

export function renderVersions(versions: readonly PolicyVersion[], { language, day }: Voice): Html {
  const { page } = policyTexts[language];
  return html`<main>
    ${policyNav("/privacy/versions", language)}
    <header>
      <h1>${page.versions}</h1>
      <p class="quiet">${page.versionsIntro}</p>
    </header>
    ${versions.map(({ number, notifiedAt, effectiveAt, changes }) => {
      const dates = { told: day(notifiedAt), at: day(effectiveAt) };
      return html`<section>
        <h2><a href="/privacy/versions/${number}?lang=${language}">${fill(page.version, { number })}</a></h2>
        <p class="quiet">${fill(isMaterial(changes) ? page.toldMaterial : page.told, dates)}</p>
        ${changeList(changes, language)}
      </section>`;
    })}
  </main>`;
}

/** What one version says that the one before did not, and the other way round. */
export function renderVersion(
  version: PolicyVersion,
  before: PolicyVersion | undefined,
  isInForce: boolean,
  voice: Voice,
): Html {
  const path = `/privacy/versions/${version.number}`;
  if (!before) return renderPolicy(version, { path, isInForce, hasSignal: false }, voice);
  const { language, day } = voice;
  const { page, section } = policyTexts[language];
  const { number } = version;
  const [old, now] = [policySentences(before.facts, language), policySentences(version.facts, language)];
  const changed = [...now].flatMap(([key, sentences]) => {
    const was = old.get(key) ?? [];
    const gone = was.filter((one) => !sentences.includes(one));
    const come = sentences.filter((one) => !was.includes(one));
    return gone.length + come.length > 0 ? [{ key, gone, come }] : [];
  });
  return html`<main>
    ${policyNav(path, language)}
    <header>
      <h1>${fill(page.compared, { number, before: before.number })}</h1>
      <p class="quiet">
        ${fill(page.toldFrom, { told: day(version.notifiedAt) })} ${time(version.effectiveAt, voice)}.
      </p>
    </header>
    ${changeList(version.changes, language)}
    ${changed.map(
      ({ key, gone, come }) =>
        html`<section aria-labelledby="${key}">
          <h2 id="${key}">${section[key]}</h2>
          <ul>
            ${gone.map((one) => html`<li><del>${one}</del></li>`)}${come.map((one) => html`<li><ins>${one}</ins></li>`)}
          </ul>
        </section>`,
    )}
  </main>`;
}
