// The register of those who receive data, as a table of the privacy page: what for, where, by which mechanism, under which agreement.
import type { Language } from "../platform/languages.ts";
import { html, type Html } from "./html.ts";
import { pageTable } from "./page-table.ts";
import type { Recipient } from "./policy-facts.ts";
import { countryName, countryNames, fill, policyTexts, recipientWords, wordOf } from "./policy-text.ts";

export function registerTable(recipients: readonly Recipient[], language: Language): Html | null {
  if (recipients.length === 0) return null;
  const { page } = policyTexts[language];
  const heads = [page.name, page.purpose, page.what, page.country, page.transfer, page.agreement, page.kept];
  return pageTable({ caption: page.register, heads, rows: recipients.map((one) => cellsOf(one, language)) });
}

function cellsOf(one: Recipient, language: Language): (Html | string | null)[] {
  const { purpose, page } = policyTexts[language];
  const { name, what, keeps } = recipientWords(one, language);
  const { policy, agreement, storages, keptMonths } = one;
  const copies = [
    ...(keeps === null ? [] : [keeps]),
    ...(keptMonths === undefined ? [] : [fill(page.keptMonths, { months: String(keptMonths) })]),
    ...(keeps === null || storages === undefined
      ? []
      : [fill(page.storage, { set: storageWords(storages, language) })]),
  ];
  return [
    html`${name}${policy ? html` (<a href="${policy}" rel="noopener noreferrer">${page.theirPolicy}</a>)` : null}`,
    one.purpose === undefined ? null : wordOf(purpose, one.purpose),
    what,
    countryNames(one, language).join("; "),
    transferWords(one, language),
    agreement
      ? html`<a href="${agreement.url}" rel="noopener noreferrer">${page.agreement}</a
          >${agreement.signedAt === null ? null : ` (${agreement.signedAt})`}: ${agreement.instructions}`
      : null,
    copies.join(" "),
  ];
}

const storageWords = (storages: readonly string[], language: Language): string => {
  const { storage } = policyTexts[language];
  const word = (set: string): string =>
    set === "default" || set === "none" ? storage[set] : fill(storage.country, { country: countryName(set, language) });
  return [...new Set(storages)].map(word).join("; ");
};

/** By which mechanism, since when, when its impact was assessed and until when it counts. */
function transferWords({ transfer }: Recipient, language: Language): string {
  const { transfer: words } = policyTexts[language];
  if (!transfer) return words.none;
  const { mechanism, sccModule = "", signedAt, assessedAt, expiresAt } = transfer;
  return [
    fill(words[mechanism], { module: sccModule }),
    fill(words.since, { at: signedAt }),
    assessedAt === null ? words.notAssessed : fill(words.assessed, { at: assessedAt }),
    ...(expiresAt === undefined ? [] : [fill(words.until, { at: expiresAt })]),
  ].join("; ");
}
