import type { ReactNode } from "react";

/** A setting that is changed elsewhere: what it is, how it stands, and the button that leads there. */
export function SettingRow({ title, text, action }: { title: ReactNode; text: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-4">
      <div className="min-w-0 grow basis-60">
        <h2 className="font-medium">{title}</h2>
        <p className="break-words text-text-2">{text}</p>
      </div>
      {action}
    </div>
  );
}
