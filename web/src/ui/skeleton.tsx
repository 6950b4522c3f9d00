import { cx } from "./cx.ts";

/** A quiet block where something will be; only on a cold start. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block animate-pulse-soft rounded-tight bg-line", className)} />;
}
