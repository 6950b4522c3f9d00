import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

const edge =
  "w-full rounded-control border border-edge bg-surface px-3 text-ui text-ellipsis text-text transition-colors disabled:bg-sunken disabled:text-text-2 aria-invalid:border-brick pointer-coarse:text-[16px]";

/** 16 px on touch screens: below that iOS zooms into the field. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cx(edge, "h-9 pointer-coarse:h-11", className)} {...rest} />;
}
