import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { Icon, type IconType } from "./icon.tsx";
import { Tooltip, type Side } from "./tooltip.tsx";

export type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: IconType;
  label: string;
  keys?: string;
  isPressed?: boolean;
  iconSize?: number;
  size?: "small" | "medium";
  side?: Side;
};

/** An icon never stands alone: it has a name for screen readers and a tooltip with its key. */
export function IconButton({
  icon,
  label,
  keys,
  isPressed,
  iconSize = 16,
  size = "medium",
  side = "bottom",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={isPressed}
        className={cx(
          "inline-flex shrink-0 items-center justify-center rounded-control text-text-2 transition-colors not-disabled:hover:bg-hover not-disabled:hover:text-text disabled:opacity-50 aria-pressed:bg-ink-weak aria-pressed:text-ink data-popup-open:bg-hover",
          size === "small" ? "size-7 pointer-coarse:size-9" : "size-8 pointer-coarse:size-10",
          className,
        )}
        {...rest}
      >
        <Icon of={icon} size={iconSize} />
      </button>
    </Tooltip>
  );
}
