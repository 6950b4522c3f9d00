// The words of the privacy page in each language, and what is said of a declaration in it.
import type { Language } from "../platform/languages.ts";
import type { PolicyChange } from "./compare-policies.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import { ar } from "./policy-text-ar.ts";
import { de } from "./policy-text-de.ts";
import { en, type PolicyText } from "./policy-text-en.ts";
import { es } from "./policy-text-es.ts";
import { fr } from "./policy-text-fr.ts";
import { ms } from "./policy-text-ms.ts";
import { pt } from "./policy-text-pt.ts";

export const policyTexts: Record<Language, PolicyText> = { en, de, ar, ms, fr, es, pt };

export const fill = (text: string, values: Record<string, string | number>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

/** An older version may name what is gone from the texts: then by its key. */
export const wordOf = (words: Readonly<Record<string, string>>, key: string): string => words[key] ?? key;

export function changeSentence({ kind, what }: PolicyChange, language: Language = "en"): string {
  const { change } = policyTexts[language];
  if (kind === "other") return `${change.other}.`;
  const isCode = kind === "new_country" && /^[A-Z]{2}$/.test(what);
  return `${change[kind]}: ${isCode ? countryName(what, language) : what}.`;
}

/** Of a code of ISO 3166. */
export function countryName(code: string, language: Language): string {
  return new Intl.DisplayNames(language, { type: "region", fallback: "code" }).of(code) ?? code;
}

/** Where a recipient is: its countries by name, else the words of its declaration. */
export function countryNames(one: PolicyFacts["recipients"][number], language: Language): string[] {
  const { countries = [] } = one;
  if (countries.length === 0) return [policyTexts[language].recipient[one.id]?.country ?? one.country];
  return countries.map((code) => countryName(code, language));
}

/** Who receives data, in this language; a recipient without a translation keeps the words of its declaration. */
export function recipientWords(one: PolicyFacts["recipients"][number], language: Language) {
  const { recipient, category } = policyTexts[language];
  const { does, when } = recipient[one.id] ?? one;
  const country = one.isNamed === true ? countryNames(one, language).join("; ") : (recipient[one.id] ?? one).country;
  const keeps = one.keeps === null || one.keeps === undefined ? null : (recipient[one.id]?.keeps ?? one.keeps);
  return {
    name: one.name,
    does,
    when,
    country,
    keeps,
    what: one.categories.map((key) => wordOf(category, key)).join("; "),
  };
}

export function cookieWords(one: PolicyFacts["cookies"][number], language: Language) {
  const { cookie, necessity, kept } = policyTexts[language];
  const [, count = "", unit] = /^(\d+) (days|min)$/.exec(one.kept) ?? [];
  const plain = (["with-row", "in-memory", "until-removed"] as const).find((key) => en.kept[key] === one.kept);
  const counted = unit === undefined ? one.kept : fill(unit === "days" ? kept.forDays : kept.forMinutes, { count });
  return {
    name: one.name,
    holds: cookie[one.name] ?? one.holds,
    necessity: wordOf(necessity, one.necessity),
    kept: plain ? kept[plain] : counted,
  };
}

export function keptWords(days: number | null, { kept }: PolicyText): string {
  return days === null ? kept.parent : days === 1 ? kept.day : fill(kept.days, { days });
}
