import type { LucideIcon } from "lucide-react";

export type IconType = LucideIcon;

/** A lucide icon at the house stroke. Decorative: the control around it carries the name. */
export function Icon({ of: Glyph, size = 16, className }: { of: IconType; size?: number; className?: string }) {
  return <Glyph size={size} strokeWidth={1.75} aria-hidden className={className} />;
}
