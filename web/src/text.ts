import { i18n } from "@lingui/core";
import type en from "./text/en.json";
import type pages from "./text/pages-en.json";

export type TextKey = keyof typeof en | keyof typeof pages;

/**
 * An entry here registers a language: its own name, the texts of the inbox, the texts of all other screens, and why a message failed by the
 * server's keys (English is what the server says). Each is loaded when it is needed.
 */
const registered = {
  en: {
    name: "English",
    core: () => import("./text/en.json"),
    pages: () => import("./text/pages-en.json"),
    faults: undefined,
  },
  de: {
    name: "Deutsch",
    core: () => import("./text/de.json"),
    pages: () => import("./text/pages-de.json"),
    faults: () => import("./text/faults-de.json"),
  },
  ar: {
    name: "العربية",
    core: () => import("./text/ar.json"),
    pages: () => import("./text/pages-ar.json"),
    faults: () => import("./text/faults-ar.json"),
  },
  ms: {
    name: "Bahasa Melayu",
    core: () => import("./text/ms.json"),
    pages: () => import("./text/pages-ms.json"),
    faults: () => import("./text/faults-ms.json"),
  },
  fr: {
    name: "Français",
    core: () => import("./text/fr.json"),
    pages: () => import("./text/pages-fr.json"),
    faults: () => import("./text/faults-fr.json"),
  },
  es: {
    name: "Español",
    core: () => import("./text/es.json"),
    pages: () => import("./text/pages-es.json"),
    faults: () => import("./text/faults-es.json"),
  },
  pt: {
    name: "Português",
    core: () => import("./text/pt.json"),
    pages: () => import("./text/pages-pt.json"),
    faults: () => import("./text/faults-pt.json"),
  },
} as const;

export type Locale = keyof typeof registered;
export const locales = Object.keys(registered) as readonly Locale[];
export const nameOf = (locale: Locale): string => registered[locale].name;

let needsPages = false;

async function catalog(part: "core" | "pages", locale: Locale): Promise<Record<string, unknown>> {
  const [base, own] = await Promise.all([registered.en[part](), registered[locale][part]()]);
  return { ...base.default, ...own.default };
}

/** Texts of every screen but the inbox come with the first of them: they are no part of the inbox's cold start. */
export async function withPageTexts<M>(screen: Promise<M>): Promise<M> {
  if (!needsPages) {
    const locale = i18n.locale as Locale;
    const messages = await catalog("pages", locale);
    needsPages = true;
    i18n.load(locale, messages as never);
  }
  return screen;
}

/** Loads a language and turns the page into its direction. A text it lacks is shown in English. */
export async function activateLocale(locale: Locale): Promise<void> {
  const [core, pages] = await Promise.all([catalog("core", locale), needsPages ? catalog("pages", locale) : {}]);
  i18n.loadAndActivate({ locale, messages: { ...core, ...pages } as never });
  document.documentElement.lang = locale;
  document.documentElement.dir = isRightToLeft(locale) ? "rtl" : "ltr";
}

/** Why messages fail, by the server's keys; of English there is nothing to load. */
export async function loadFaultTexts(locale: Locale): Promise<Record<string, string>> {
  const { faults } = registered[locale];
  return faults ? (await faults()).default : {};
}

export function isRightToLeft(locale: string): boolean {
  return locale === "ar";
}

export function chooseLocale(saved: string | null): Locale {
  const wanted = [saved ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.flatMap((tag) => locales.filter((one) => one === tag))[0] ?? "en";
}

/** A text of the app by its key, with its values filled in. Components re-render on a change of language. */
export function t(key: TextKey, values?: Record<string, string | number>): string {
  return i18n._(key, values);
}

export function locale(): string {
  return i18n.locale;
}
