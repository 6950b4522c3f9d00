import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { Spinner } from "./spinner.tsx";

export const buttonStyle = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-control font-medium whitespace-nowrap transition-colors disabled:opacity-55 aria-disabled:opacity-55",
  {
    variants: {
      look: {
        primary: "bg-ink text-on-ink not-disabled:hover:bg-ink-strong",
        plain: "border border-edge bg-surface text-text not-disabled:hover:bg-sunken",
        quiet: "text-text-2 not-disabled:hover:bg-hover not-disabled:hover:text-text",
        danger: "bg-brick text-on-ink not-disabled:hover:opacity-90",
        seal: "bg-seal text-on-ink not-disabled:hover:opacity-90",
        note: "border border-note-edge bg-note text-text not-disabled:hover:opacity-85",
      },
      size: {
        small: "h-7 px-2.5 text-meta pointer-coarse:h-9",
        medium: "h-8 px-3 pointer-coarse:h-10",
        large: "h-10 px-4",
      },
      wide: { true: "w-full", false: "" },
    },
    defaultVariants: { look: "plain", size: "medium", wide: false },
  },
);

export type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonStyle> & { isBusy?: boolean };

/** A button keeps its label and width while busy; the spinner only shows after 300 ms. */
export function Button({
  look,
  size,
  wide,
  isBusy = false,
  className,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={cx(buttonStyle({ look, size, wide }), className)}
      aria-busy={isBusy || undefined}
      {...rest}
      disabled={rest.disabled === true || isBusy}
    >
      {isBusy && <Spinner size={14} />}
      {children}
    </button>
  );
}
