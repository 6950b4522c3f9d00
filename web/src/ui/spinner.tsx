import { cx } from "./cx.ts";

/** Stays invisible for its first 300 ms, so that fast answers never flash. */
export function Spinner({ size = 16, label }: { size?: number; label?: string }) {
  return (
    <span
      className={cx("inline-flex animate-late", !label && "pointer-events-none")}
      {...(label ? { role: "status", "aria-label": label } : { "aria-hidden": true })}
    >
      <svg className="motion-essential animate-turn" width={size} height={size} viewBox="0 0 16 16" fill="none">
        <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.75" opacity="0.25" />
        <path d="M14.25 8A6.25 6.25 0 0 0 8 1.75" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
      </svg>
    </span>
  );
}
