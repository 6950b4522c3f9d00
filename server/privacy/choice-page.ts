// The question about analytics, and the page on cookies where it is answered at any time. Forms, so that it works without script.
import { publicPage } from "./analytics-script.ts";
import { choiceTexts } from "./choice-text.ts";
import { languages, type Language } from "../platform/languages.ts";
import { html, type Html } from "./html.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import { cookieTable, policyNav, voiceIn } from "./policy-page.ts";
import { fill } from "./policy-text.ts";
import { CHOICE_DAYS, type AnalyticsDriver, type VisitorState } from "./visitor-choice.ts";

export const choiceStylePath = "/privacy/choice.css";
export const analyticsScriptPath = "/privacy/analytics.js";
const cookiesPath = "/privacy/cookies";
const DAY_S = 86_400;

/** Two answers of the same size, in this order: the one that gives less comes first. */
const answers = (language: Language, back: string): Html => {
  const say = choiceTexts[language];
  return html`<form method="post" action="/privacy/choice">
    <input type="hidden" name="lang" value="${language}" /><input type="hidden" name="back" value="${back}" /><button
      name="choice"
      value="refuse"
    >
      ${say.refuse}</button
    ><button name="choice" value="accept">${say.accept}</button>
  </form>`;
};

/**
 * Asked on the public pages until it is answered, but not on the page that asks by itself; a browser with a signal is only told that it is honoured. In every language: the page's own
 * decides which one shows, also when it changes.
 */
export function choiceBar(state: VisitorState, path: string, back: string): Html | null {
  const isAsked = publicPage.test(path) && !path.startsWith(cookiesPath);
  if (!state.driver || state.choice !== undefined || !isAsked) return null;
  return html`<div id="choice">
    ${languages.map((language) => {
      const say = choiceTexts[language];
      const more = html`<a href="/privacy/cookies?lang=${language}">${say.more}</a>`;
      return html`<aside lang="${language}" aria-label="${say.label}">
        <p>${state.hasSignal ? say.signal : say.ask} ${more}</p>
        ${state.hasSignal ? null : answers(language, back)}
      </aside>`;
    })}
  </div>`;
}

/** The tag's part of the head; only where `isAllowed`. */
export const analyticsHead = ({ id, origin }: AnalyticsDriver, cookie: string): Html =>
  html`<script
    id="analytics"
    src="${analyticsScriptPath}"
    data-id="${id}"
    data-origin="${origin ?? ""}"
    data-choice="${cookie}"
    data-seconds="${CHOICE_DAYS * DAY_S}"
  ></script>`;

export const choiceHead = html`<link rel="stylesheet" href="${choiceStylePath}" />`;

export function renderCookies(
  state: VisitorState,
  cookies: PolicyFacts["cookies"],
  proofAt: Date | undefined,
  language: Language,
  isSaved: boolean,
): Html {
  const say = choiceTexts[language];
  const standing = { accepted: say.isOn, refused: say.isOff, none: say.isUndecided }[state.choice ?? "none"];
  return html`<main>
    ${policyNav(cookiesPath, language)}
    <header>
      <h1>${say.title}</h1>
      <p class="quiet">${say.intro}</p>
    </header>
    ${isSaved ? html`<p class="said" role="status">${say.saved}</p>` : null}
    ${
      state.driver
        ? html`<section aria-labelledby="choice-title">
            <h2 id="choice-title">${say.choice}</h2>
            <p>${standing}</p>
            ${state.hasSignal ? html`<p class="said">${say.signal}</p>` : null}
            <p class="quiet">${say.ask}</p>
            <div class="answers">
              ${state.choice === "accepted" ? takeBack(language) : answers(language, cookiesPath)}
            </div>
            ${
              state.proofId === undefined || !proofAt
                ? null
                : html`<p class="quiet">
                    ${fill(say.proof, { at: voiceIn(language).day(proofAt) })}
                    <code dir="ltr">${state.proofId}</code>. ${say.proofHint}
                  </p>`
            }
          </section>`
        : html`<p>${say.necessaryOnly}</p>`
    }
    <section>
      ${cookieTable(cookies, language)}
      <p class="quiet">${say.counted}</p>
      <p class="quiet">${say.browser}</p>
    </section>
  </main>`;
}

const takeBack = (language: Language): Html =>
  html`<form method="post" action="/privacy/choice">
    <input type="hidden" name="lang" value="${language}" /><input
      type="hidden"
      name="back"
      value="/privacy/cookies"
    /><button name="choice" value="refuse">${choiceTexts[language].withdraw}</button>
  </form>`;

/** For pages of the app and for those of the server alike. The page's language shows its own part. */
export const choiceStyle = `
#choice{--c-paper:light-dark(oklch(1 0 0),oklch(.205 .014 260));--c-line:light-dark(oklch(.9 .006 85),oklch(.29 .014 260));--c-edge:light-dark(oklch(.62 .012 260),oklch(.57 .014 260));--c-text:light-dark(oklch(.22 .02 260),oklch(.94 .01 260));--c-ink:light-dark(oklch(.46 .13 258),oklch(.74 .11 258));--c-weak:light-dark(oklch(.945 .03 258),oklch(.29 .05 258));flex:none;position:sticky;bottom:0;z-index:30;background:var(--c-paper);color:var(--c-text);border-top:1px solid var(--c-line);font-size:14px;line-height:20px}
#choice aside{display:none;max-width:960px;margin:0 auto;padding:12px 20px;gap:12px 24px;align-items:center;flex-wrap:wrap}
${languages.map((one) => `html[lang=${one}] #choice [lang=${one}]`).join(",")}{display:flex}
#choice p{margin:0;flex:1 1 420px}
#choice a{color:var(--c-ink);text-decoration:underline;text-underline-offset:2px}
#choice form{display:grid;grid-template-columns:1fr 1fr;gap:8px;flex:1 0 240px;max-width:320px;margin:0}
#choice button{font:inherit;font-weight:500;min-height:44px;padding:7px 14px;border-radius:8px;border:1px solid var(--c-edge);background:var(--c-paper);color:var(--c-text);cursor:pointer}
#choice button:hover{background:var(--c-weak)}
#choice :focus-visible{outline:2px solid var(--c-ink);outline-offset:2px}
body:has(>#root){display:flex;flex-direction:column}
body:has(>#root)>#root{flex:1 1 0;min-height:0;height:auto}
@media (max-width:480px){#choice{max-height:60vh;overflow-y:auto}#choice aside{padding:12px 16px}#choice form{max-width:none}}
`;
