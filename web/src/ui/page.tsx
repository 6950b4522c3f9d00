import type { ReactNode } from "react";

/** One column of 720 px: the title, a sentence that says what this is for, then the thing. */
export function Page({
  back,
  title,
  purpose,
  actions,
  children,
}: {
  /** A link to where this page hangs, above its title. */
  back?: ReactNode;
  title: ReactNode;
  purpose?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex w-full max-w-180 flex-col gap-6 px-4 py-8 md:px-6">
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 grow basis-80">
            {back && <div className="mb-1">{back}</div>}
            <h1 className="text-title font-semibold">{title}</h1>
            {purpose && <p className="mt-1 max-w-[68ch] text-text-2">{purpose}</p>}
          </div>
          {actions && <div className="flex gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

/** A titled part of a page. */
export function Section({ title, purpose, children }: { title: ReactNode; purpose?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <div>
        <h2 className="text-pane font-semibold">{title}</h2>
        {purpose && <p className="mt-0.5 max-w-[68ch] text-text-2">{purpose}</p>}
      </div>
      {children}
    </section>
  );
}
