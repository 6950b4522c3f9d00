import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";

/** A small surface beside its trigger; `onOpenChange` makes it controlled. */
export function Popover({
  trigger,
  label,
  isOpen,
  onOpenChange,
  side = "bottom",
  align = "start",
  children,
}: {
  trigger: ReactElement;
  label: string;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  side?: "top" | "bottom";
  align?: "start" | "end" | "center";
  children: ReactNode;
}) {
  return (
    <Base.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpenChange ? { onOpenChange } : {})}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-50" collisionPadding={8}>
          <Base.Popup
            aria-label={label}
            className="max-w-[calc(100vw-16px)] rounded-panel border border-line bg-surface p-1 shadow-raised outline-none data-open:animate-rise"
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
