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
  /** Null when the content shows it itself. */
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
      {meta && <div className="flex justify-end">{meta}</div>}
      {footer}
    </div>
  );
}

/** Time and ticks; `isInline` floats them into the last line of the text before them. */
export function Meta({ isInline = false, children }: { isInline?: boolean; children: ReactNode }) {
  return (
    // The float follows the direction of the text it ends; what it says follows the app's.
    <span className={cx("text-meta text-text-2", isInline && "float-end ms-3 mt-1.5 -mb-0.5")}>
      <span dir={document.documentElement.dir} className="tabular inline-flex items-center gap-1 whitespace-nowrap">
        {children}
      </span>
    </span>
  );
}
