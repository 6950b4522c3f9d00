// A contact's own page, as markup.
import { languageNames, languages, type Language } from "../platform/languages.ts";
import { ar } from "./contact-text-ar.ts";
import { de } from "./contact-text-de.ts";
import { en, type ContactText, type ContactTextKey } from "./contact-text-en.ts";
import { es } from "./contact-text-es.ts";
import { fr } from "./contact-text-fr.ts";
import { ms } from "./contact-text-ms.ts";
import { pt } from "./contact-text-pt.ts";
import { html, type Html } from "./html.ts";
import { countKinds } from "./receipt-kinds.ts";
import type { ContactPage } from "./read-contact-page.ts";
import type { PageRequest } from "./request-desk.ts";

export const contactTexts: Record<Language, ContactText> = { en, de, ar, ms, fr, es, pt };

export type Say = (key: ContactTextKey, values?: Record<string, string | number>) => string;

export const sayIn =
  (language: Language): Say =>
  (key, values = {}) =>
    contactTexts[language][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

/** `?lang=` before what the browser prefers. */
export function chooseLanguage(wanted: unknown, header: string | undefined): Language {
  const tags = [typeof wanted === "string" ? wanted : "", ...(header ?? "").split(",")];
  const known = tags.map((tag) => languages.find((language) => language === tag.trim().slice(0, 2).toLowerCase()));
  return known.find((language) => language !== undefined) ?? "en";
}

interface View {
  page: ContactPage;
  say: Say;
  day: (at: Date | string) => string;
  /** of the page itself, without a query */
  path: string;
  language: Language;
}

export function renderContactPage(page: ContactPage, path: string, language: Language, said?: string): Html {
  const say = sayIn(language);
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const view: View = { page, say, path, language, day: (at) => format.format(new Date(at)) };
  const name = page.workspaceName;
  return html`<main>
    <nav aria-label="${say("language")}">
      ${languages.map((one) =>
        one === language
          ? html`<a href="${path}?lang=${one}" lang="${one}" aria-current="true">${languageNames[one]}</a>`
          : html`<a href="${path}?lang=${one}" lang="${one}">${languageNames[one]}</a>`,
      )}
    </nav>
    <header>
      <h1>${say("title", { name })}</h1>
      <p class="quiet">${say("intro", { name })}</p>
    </header>
    ${said && said in en ? html`<p class="said" role="status">${say(said as ContactTextKey)}</p>` : null}
    ${page.contact ? [whoPart(view), heldPart(view), consentPart(view), rightsPart(view), page.requests && !isWaiting(page) && complainPart(view)] : null}
    ${requestsPart(view)}
    <footer class="quiet">
      <p>${say("expires", { at: view.day(page.expiresAt) })}</p>
      <p><a href="/privacy">${say("policy")}</a></p>
    </footer>
  </main>`;
}

/** Whether the page looks again by itself: it then has no field that somebody could be writing in. */
export function isWaiting({ visitor, requests, isChannelRemoved }: ContactPage): boolean {
  const isMoving = requests?.some(
    ({ state, type }) => state === "running" || (state === "accepted" && !answered.has(type)),
  );
  return (visitor.state === "asked" && !isChannelRemoved) || isMoving === true;
}

/** A person answers these, in days. */
const answered: ReadonlySet<string> = new Set(["object", "complaint"]);

function whoPart({ page, say, day }: View): Html {
  const { contact, workspaceName: name, channelName: channel } = page;
  return html`<section aria-labelledby="who">
    <h2 id="who">${say("who")}</h2>
    <p>${say("who.channel", { name, channel })} ${contact ? say("who.since", { at: day(contact.since) }) : null}</p>
    ${contact?.isRestricted ? html`<p class="warn">${say("held.restricted")}</p>` : null}
  </section>`;
}

function heldPart({ page: { held, contentMode }, say }: View): Html {
  const days = /^days:(\d+)$/.exec(contentMode)?.[1];
  const mode = days
    ? say("held.mode.days", { days })
    : say(contentMode === "metadata-only" ? "held.mode.metadata-only" : "held.mode.full");
  return html`<section aria-labelledby="held">
    <h2 id="held">${say("held")}</h2>
    <dl>
      ${(["conversations", "messages", "files", "consents"] as const).map(
        (kind) =>
          html`<dt>${say(`held.${kind}`)}</dt>
            <dd>${held[kind]}</dd>`,
      )}
    </dl>
    <p class="quiet">${mode}</p>
  </section>`;
}

const button = (view: View, action: string, label: string, fields: Record<string, string> = {}, look = ""): Html =>
  html`<form method="post" action="${view.path}/${action}">
    <input type="hidden" name="lang" value="${view.language}" />${Object.entries(fields).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}<button class="${look}">${label}</button>
  </form>`;

/** What the person could agree to now. */
const mayAgreeTo = (
  { visitor, contact }: ContactPage,
  { standing, isAgreed }: ContactPage["consents"][number],
): boolean => standing !== "platform_stopped" && !isAgreed && visitor.state === "proven" && contact?.isMinor !== true;

function consentPart(view: View): Html {
  const { page, say, day } = view;
  const ages = new Set(page.consents.filter((one) => mayAgreeTo(page, one)).map(({ minAge }) => minAge));
  // one age for all is said once
  const [common] = ages.size === 1 ? ages : [];
  return html`<section aria-labelledby="consents">
    <h2 id="consents">${say("consents")}</h2>
    ${common !== undefined && html`<p class="quiet">${say("agree.age", { age: String(common) })}</p>`}
    ${page.consents.map((one) => {
      const { purpose, standing, since, isAgreed, minAge } = one;
      const title = say(`purpose.${purpose}` as ContactTextKey);
      const isOpen = standing !== "platform_stopped";
      const mayAgree = mayAgreeTo(page, one);
      const mayObject = purpose === "marketing" && isOpen && standing !== "objected" && !isAgreed;
      return html`<div class="row">
        <div>
          <h3>${title}</h3>
          <p class="quiet">${say(`standing.${standing}`)} ${since ? say("since", { at: day(since) }) : null}</p>
          ${mayAgree && common === undefined ? html`<p class="quiet">${say("agree.age", { age: String(minAge) })}</p>` : null}
        </div>
        ${isAgreed ? button(view, "withdraw", say("withdraw"), { purpose }) : null}
        ${mayAgree ? button(view, "agree", say("agree"), { purpose }) : null}
        ${mayObject ? button(view, "object-marketing", say("object.marketing")) : null}
      </div>`;
    })}
  </section>`;
}

function rightsPart(view: View): Html {
  const { page, say } = view;
  const { visitor, workspaceName: name, channelName: channel } = page;
  if (visitor.state === "proven") return provenPart(view);
  if (page.isChannelRemoved)
    return html`<section aria-labelledby="prove">
      <h2 id="prove">${say("prove")}</h2>
      <p>${say("prove.removed", { name, contact: page.privacyContact })}</p>
    </section>`;
  return html`<section aria-labelledby="prove">
    <h2 id="prove">${say("prove")}</h2>
    <p>${say("prove.text")}</p>
    ${
      visitor.state === "asked"
        ? html`<p>${say("prove.code", { name, channel })}</p>
            <output class="code" dir="ltr">${visitor.code}</output>
            ${page.chat === null ? null : sendPart(view, page.chat, visitor.code)}
            <p class="quiet">${say("prove.wait")}</p>
            <p><a href="${view.path}?lang=${view.language}">${say("prove.again")}</a></p>`
        : button(view, "code", say("prove.button"), {}, "first")
    }
  </section>`;
}

/** The business's own number, and a link that opens a chat with it where the code is written already. It leads to the messaging service. */
function sendPart({ say, page }: View, { phone, link }: NonNullable<ContactPage["chat"]>, code: string): Html {
  const href = link.replace("{digits}", phone.replace(/^\+/, "")).replace("{text}", encodeURIComponent(code));
  return html`<p>
      <a href="${href}" rel="noopener noreferrer" target="_blank">${say("prove.open", { name: page.workspaceName })}</a>
    </p>
    <p class="quiet">${say("prove.number")} <bdi dir="ltr">${phone}</bdi></p>`;
}

const act = (view: View, action: string, key: "copy" | "restrict" | "object", look = ""): Html =>
  html`<div class="act">
    <h3>${view.say(key)}</h3>
    <p class="quiet">${view.say(`${key}.text`)}</p>
    ${button(view, action, view.say(`${key}.button`), {}, look)}
  </div>`;

function provenPart(view: View): Html {
  return html`<section aria-labelledby="prove">
    <h2 id="prove">${view.say("prove")}</h2>
    <p class="said">${view.say("prove.done")}</p>
    ${view.page.requests && requestForms(view)}
  </section>`;
}

function requestForms(view: View): Html {
  const { page, say, path, language } = view;
  if (isWaiting(page)) return html``;
  return html`${act(view, "copy", "copy")}
    <form class="act" method="post" action="${path}/correct">
      <h3>${say("correct")}</h3>
      <input type="hidden" name="lang" value="${language}" />
      <label
        >${say("correct.label")}<input
          type="text"
          name="name"
          maxlength="256"
          required
          dir="auto"
          autocomplete="name" /></label
      ><button>${say("correct.button")}</button>
    </form>
    ${
      page.contact?.isRestricted
        ? html`<div class="act">
            <h3>${say("restrict")}</h3>
            ${button(view, "unrestrict", say("restrict.lift"))}
          </div>`
        : act(view, "restrict", "restrict")
    }
    ${act(view, "object", "object")}
    <form class="act" method="post" action="${path}/erase">
      <h3>${say("erase")}</h3>
      <p class="quiet">${say("erase.text")}</p>
      <input type="hidden" name="lang" value="${language}" />
      <label class="check"><input type="checkbox" name="sure" value="yes" required />${say("erase.confirm")}</label
      ><button class="seal">${say("erase.button")}</button>
    </form>`;
}

function complainPart({ say, path, language }: View): Html {
  return html`<section aria-labelledby="complain">
    <h2 id="complain">${say("complain")}</h2>
    <p class="quiet">${say("complain.text")}</p>
    <form class="act" method="post" action="${path}/complain">
      <input type="hidden" name="lang" value="${language}" />
      <label>${say("complain.label")}<textarea name="text" maxlength="4000" required dir="auto"></textarea></label
      ><button>${say("complain.button")}</button>
    </form>
  </section>`;
}

function requestsPart(view: View): Html | null {
  const { page, say } = view;
  if (page.requests === undefined) return null;
  return html`<section aria-labelledby="requests">
    <h2 id="requests">${say("requests")}</h2>
    ${page.requests.length === 0 ? html`<p class="quiet">${say("requests.none")}</p>` : page.requests.map((one) => requestPart(view, one))}
  </section>`;
}

/** The steps as a line in time, with the seal at its end. */
function requestPart(view: View, one: PageRequest): Html {
  const { say, day, page } = view;
  const isOver = one.state === "done" || one.state === "partially_held" || one.state === "refused";
  const done = one.steps.filter((step) => step.state === "done");
  const state = say(one.state === "accepted" && answered.has(one.type) ? "state.answer" : `state.${one.state}`);
  return html`<div class="request">
    <h3>${say(`type.${one.type}`)}: ${state}</h3>
    <p class="quiet">
      ${say("request.received", { at: day(one.receivedAt) })}${isOver ? null : html`, ${say("request.due", { at: day(one.dueAt) })}`}
    </p>
    ${one.refusal ? html`<p>${say("refusal", { reason: say(`reason.${one.refusal}` as ContactTextKey) })}</p>` : null}
    ${done.length > 0 && !isOver ? html`<p class="quiet">${say("request.steps", { done: String(done.length), all: String(one.steps.length) })}</p>` : null}
    ${
      one.receipt
        ? html`<ol class="line">
            <li>
              ${say("receipt.deleted")}:
              <ul>
                ${countKinds(one.receipt.deleted).map(({ kind, count }) => html`<li>${say(`receipt.kind.${kind}`)}: ${count}</li>`)}
              </ul>
            </li>
            ${
              one.receipt.retained.length > 0
                ? html`<li>
                    ${say("receipt.retained")}:
                    <ul>
                      ${one.receipt.retained.map(({ why }) => html`<li>${say(`why.${why}` as ContactTextKey)}</li>`)}
                    </ul>
                  </li>`
                : null
            }
            <li class="end">${one.finishedAt ? day(one.finishedAt) : null} · <code>${one.id}</code></li>
          </ol>`
        : null
    }
    ${
      one.bundle && page.visitor.state === "proven"
        ? html`<p>
            <a href="${view.path}/copies/${one.id}">${say("request.download")}</a>
            ${say("request.until", { at: day(one.bundle.expiresAt) })}
          </p>`
        : null
    }
  </div>`;
}

/** The same for a link that never was, is over or was revoked. */
export function renderBadLink(language: Language): Html {
  const say = sayIn(language);
  return html`<main>
    <header><h1>${say("link.bad.title")}</h1></header>
    <p>${say("link.bad.text")}</p>
  </main>`;
}
