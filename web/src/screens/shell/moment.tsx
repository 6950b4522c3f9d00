import { useEffect, useState } from "react";
import { t } from "../../text.ts";
import { ago, exactTime } from "../../time.ts";

/** "12 s ago", the exact time on hover; counts on while it is shown. */
export function Moment({ at, none }: { at: string | null | undefined; none?: string }) {
  const now = useNow(at ? 5_000 : null);
  if (!at) return <span className="text-text-2">{none ?? t("page.never")}</span>;
  return (
    <time dateTime={at} title={exactTime(at)} className="tabular">
      {ago(at, now)}
    </time>
  );
}

/** The present moment, renewed every `everyMs`; null stands still. */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
