/** The languages of the product, each by its own name. A line here registers one: the type checker then names every text that it lacks. */
export const languageNames = {
  en: "English",
  de: "Deutsch",
  ar: "العربية",
  ms: "Bahasa Melayu",
  fr: "Français",
  es: "Español",
  pt: "Português",
} as const;

export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as readonly Language[];

export const isRightToLeft = (language: string): boolean => language === "ar";
