import { i18n } from "@lingui/core";
import type en from "./text/en.json";

export type TextKey = keyof typeof en;
export type Locale = "en" | "de" | "ar";

export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch", ar: "العربية" };

const loaders: Record<Locale, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import("./text/en.json"),
  de: () => import("./text/de.json"),
  ar: () => import("./text/ar.json"),
};

/** Loads a language and turns the page into its direction. A text it lacks is shown in English. */
export async function activateLocale(locale: Locale): Promise<void> {
  const [base, own] = await Promise.all([loaders.en(), loaders[locale]()]);
  i18n.loadAndActivate({ locale, messages: { ...base.default, ...own.default } as never });
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
