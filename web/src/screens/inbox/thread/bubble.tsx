import type { ReactNode } from "react";
import { cx } from "../../../ui/cx.ts";

/** The shape all messages share: its side, its corners within a run, and a last line for time and ticks. */
export function Bubble({
  isOurs,
  opens,
  closes,
  isBare = false,
  isMarked = false,
  meta,
  footer,
  children,
}: {
  isOurs: boolean;
  opens: boolean;
  closes: boolean;
  /** A sticker stands without a bubble. */
  isBare?: boolean;
  isMarked?: boolean;
  meta: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div
      className={cx(
        "relative max-w-[min(68ch,100%)] rounded-bubble text-msg",
        !isBare && "px-3 pt-1.5 pb-1",
        !isBare && (isOurs ? "bg-ink-weak" : "border border-line bg-surface"),
        isOurs ? (opens ? "" : "rounded-se-tight") : opens ? "" : "rounded-ss-tight",
        isOurs ? (closes ? "" : "rounded-ee-tight") : closes ? "" : "rounded-es-tight",
        isMarked && "animate-flash outline-2 outline-offset-2 outline-ink",
      )}
    >
      {children}
      <div className="tabular -mb-px flex items-center justify-end gap-1 text-meta text-text-2">{meta}</div>
      {footer}
    </div>
  );
}
