import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { keyLabel } from "./kbd.tsx";

export type Side = "top" | "bottom" | "inline-start" | "inline-end";

/** Names what a control does, with its key. The control keeps its own accessible name. */
export function Tooltip({
  text,
  keys,
  side = "bottom",
  children,
}: {
  text: ReactNode;
  keys?: string | undefined;
  side?: Side;
  children: ReactElement;
}) {
  return (
    <Base.Root>
      <Base.Trigger delay={500} closeDelay={0} render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="flex max-w-72 items-center gap-2 rounded-control bg-text px-2 py-1 text-meta text-paper shadow-raised data-open:animate-fade">
            {text}
            {keys && (
              <span dir="ltr" className="whitespace-pre opacity-80">
                {keyLabel(keys)}
              </span>
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
