import type { ReactNode } from "react";
import { setPrefs } from "../../prefs.ts";
import { activateLocale, locale, locales, nameOf, t, type Locale } from "../../text.ts";
import { Seal } from "../../ui/seal.tsx";

/** What stands before the app: the seal, one narrow column, the language at its foot. */
export function AuthPage({ title, purpose, children }: { title: ReactNode; purpose?: ReactNode; children: ReactNode }) {
  return (
    <main className="flex h-full flex-col overflow-y-auto px-6">
      <div className="mx-auto flex w-full max-w-85 grow flex-col gap-6 py-10 md:pt-[14vh]">
        <header className="flex flex-col gap-1">
          <span className="mb-4">
            <Seal size={36} label={t("app.name")} />
          </span>
          <h1 dir="auto" className="text-match text-title font-semibold break-words">
            {title}
          </h1>
          {purpose && <p className="text-text-2">{purpose}</p>}
        </header>
        {children}
      </div>
      <footer className="mx-auto flex w-full max-w-85 flex-wrap justify-between gap-x-4 gap-y-1 pb-6 text-meta">
        <Languages />
        <a href={`/privacy/cookies?lang=${locale()}`} className={quietLink}>
          {t("auth.cookies")}
        </a>
      </footer>
    </main>
  );
}

function Languages() {
  const choose = async (next: Locale): Promise<void> => {
    setPrefs({ locale: next });
    await activateLocale(next);
  };
  return (
    <nav aria-label={t("auth.language")} className="flex flex-wrap gap-x-4 gap-y-1">
      {locales.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-current={locale() === one || undefined}
          onClick={() => void choose(one)}
          className={`${quietLink} aria-[current]:font-medium aria-[current]:text-text aria-[current]:underline`}
        >
          {nameOf(one)}
        </button>
      ))}
    </nav>
  );
}

/** A sentence about the whole form. */
export function FormError({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="rounded-control bg-brick-weak px-3 py-2 text-brick">
      {children}
    </p>
  );
}

const quietLink = "text-text-2 underline-offset-4 hover:text-text pointer-coarse:py-2";
export const textLink = "rounded-tight font-medium text-ink underline-offset-4 hover:underline";
