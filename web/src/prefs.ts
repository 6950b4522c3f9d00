import { useSyncExternalStore } from "react";

/** How this person likes the app on this device. The only thing kept in browser storage; never content. */
export interface Prefs {
  theme: "system" | "light" | "dark";
  locale: string | null;
  sendWith: "enter" | "mod+enter";
  listWidth: number;
  showContext: boolean;
  rows: "comfortable" | "compact";
  /** Which workspace was looked at last. */
  workspaceId: string | null;
}

const storageKey = "keepword.prefs";
const defaults: Prefs = {
  theme: "system",
  locale: null,
  sendWith: "enter",
  listWidth: 340,
  showContext: true,
  rows: "comfortable",
  workspaceId: null,
};

function read(): Prefs {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<Prefs>) };
  } catch {
    return defaults;
  }
}

let current = read();
const listeners = new Set<() => void>();

export function prefs(): Prefs {
  return current;
}

export function setPrefs(change: Partial<Prefs>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // A full or forbidden storage only means that the choice ends with this tab.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** Signing out empties this browser's storage. How the screen speaks and looks stays as it was chosen, and nothing of the person's work. */
export function forgetPerson(): void {
  const { locale, theme } = current;
  current = defaults;
  if (locale !== null || theme !== defaults.theme) setPrefs({ locale, theme });
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function applyTheme(): void {
  if (current.theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current.theme;
}
