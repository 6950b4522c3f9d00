import { i18n } from "@lingui/core";
import type en from "./text/en.json";
import type pages from "./text/pages-en.json";

export type TextKey = keyof typeof en | keyof typeof pages;
export type Locale = "en" | "de" | "ar";

export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch", ar: "العربية" };

const loaders: Record<Locale, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import("./text/en.json"),
  de: () => import("./text/de.json"),
  ar: () => import("./text/ar.json"),
};

const pageLoaders: typeof loaders = {
  en: () => import("./text/pages-en.json"),
  de: () => import("./text/pages-de.json"),
  ar: () => import("./text/pages-ar.json"),
};
let needsPages = false;

async function catalog(from: typeof loaders, locale: Locale): Promise<Record<string, unknown>> {
  const [base, own] = await Promise.all([from.en(), from[locale]()]);
  return { ...base.default, ...own.default };
}

/** Texts of every screen but the inbox come with the first of them: they are no part of the inbox's cold start. */
export async function withPageTexts<M>(screen: Promise<M>): Promise<M> {
  if (!needsPages) {
    const locale = i18n.locale as Locale;
    const messages = await catalog(pageLoaders, locale);
    needsPages = true;
    i18n.load(locale, messages as never);
  }
  return screen;
}

/** Loads a language and turns the page into its direction. A text it lacks is shown in English. */
export async function activateLocale(locale: Locale): Promise<void> {
  const [core, pages] = await Promise.all([catalog(loaders, locale), needsPages ? catalog(pageLoaders, locale) : {}]);
  i18n.loadAndActivate({ locale, messages: { ...core, ...pages } as never });
  document.documentElement.lang = locale;
  document.documentElement.dir = isRightToLeft(locale) ? "rtl" : "ltr";
}

export function isRightToLeft(locale: string): boolean {
  return locale === "ar";
}

export function chooseLocale(saved: string | null): Locale {
  const wanted = [saved ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return (wanted.find((tag) => tag in loaders) as Locale | undefined) ?? "en";
}

/** A text of the app by its key, with its values filled in. Components re-render on a change of language. */
export function t(key: TextKey, values?: Record<string, string | number>): string {
  return i18n._(key, values);
}

export function locale(): string {
  return i18n.locale;
}
