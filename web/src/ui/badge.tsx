import X from "lucide-react/icons/x";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./icon.tsx";

export type Tone = "plain" | "ink" | "success" | "warning" | "danger" | "seal";

const tones: Record<Tone, string> = {
  plain: "bg-sunken text-text-2 inset-ring inset-ring-line",
  ink: "bg-ink-weak text-ink",
  success: "bg-moss-weak text-moss",
  warning: "bg-ochre-weak text-ochre",
  danger: "bg-brick-weak text-brick",
  seal: "bg-seal-weak text-seal",
};

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-tight px-1.5 text-meta font-normal whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

/** A count in ink; nothing for zero. */
export function Count({ value, label }: { value: number; label: string }) {
  if (value < 1) return null;
  return (
    <span className="tabular inline-flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-full bg-ink px-1 text-meta font-medium text-on-ink">
      <span aria-hidden>{value > 99 ? "99+" : value}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

/** A removable or plain label chip; `dot` is any CSS colour the team chose for it. */
export function Chip({
  children,
  dot,
  onRemove,
  removeLabel,
}: {
  children: ReactNode;
  dot?: string | undefined;
  onRemove?: () => void;
  removeLabel?: string;
}) {
  return (
    <span className="inline-flex h-6 max-w-full items-center gap-1.5 rounded-control border border-line bg-surface px-2 text-meta">
      {dot && <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: dot }} />}
      <span className="truncate">{children}</span>
      {onRemove && (
        <button
          type="button"
          aria-label={removeLabel}
          onClick={onRemove}
          className="-me-1 rounded-tight p-0.5 text-text-2 hover:bg-hover hover:text-text"
        >
          <Icon of={X} size={12} />
        </button>
      )}
    </span>
  );
}
