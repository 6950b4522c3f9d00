import { useEffect, useState } from "react";
import type { Conversation } from "../../../api.ts";
import { t } from "../../../text.ts";
import { exactTime, span } from "../../../time.ts";
import { cx } from "../../../ui/cx.ts";

/** The time that re-renders every so often; windows close while one looks. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function useIsWindowOpen({ serviceWindow }: Conversation): boolean {
  const now = useNow(15_000);
  return serviceWindow.expiresAt === null ? serviceWindow.isOpen : new Date(serviceWindow.expiresAt).getTime() > now;
}

/** How long free answers are still possible. Nothing where the network has no such window. */
export function WindowStrip({ conversation }: { conversation: Conversation }) {
  const now = useNow(15_000);
  const { expiresAt, isOpen } = conversation.serviceWindow;
  if (expiresAt === null) return isOpen ? null : <Strip tone="bg-brick" text={t("window.none")} />;
  const left = new Date(expiresAt).getTime() - now;
  if (left <= 0) return <Strip tone="bg-brick" text={t("window.closed")} title={exactTime(expiresAt)} />;
  return (
    <Strip
      tone={left < 3_600_000 ? "bg-ochre" : "bg-moss"}
      text={t("window.left", { span: span(left) })}
      title={exactTime(expiresAt)}
    />
  );
}

function Strip({ tone, text, title }: { tone: string; text: string; title?: string }) {
  return (
    <span title={title} className="tabular flex items-center gap-1.5 pe-1.5 text-meta text-text-2">
      <span aria-hidden className={cx("size-1.5 rounded-full", tone)} />
      {text}
    </span>
  );
}
