import type { ReactNode } from "react";

/** A titled part of the panel. */
export function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-meta font-medium text-text-2">{title}</h3>
      {children}
    </section>
  );
}
