import { Dialog as Base } from "@base-ui/react/dialog";
import X from "lucide-react/icons/x";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** What this is, or what will be gone, in one sentence. */
  description?: ReactNode;
  /** Buttons at the end, the main one last. */
  actions?: ReactNode;
  closeLabel: string;
  size?: "small" | "medium" | "large";
  children?: ReactNode;
}

const scrim = "fixed inset-0 z-40 bg-scrim data-open:animate-fade";

export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  actions,
  closeLabel,
  size = "small",
  children,
}: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={scrim} />
        <Base.Viewport className="fixed inset-0 z-40 flex items-center justify-center p-4">
          <Base.Popup
            className={cx(
              "flex max-h-full w-full flex-col overflow-hidden rounded-panel bg-surface shadow-sheet outline-none data-open:animate-rise",
              size === "small" && "max-w-110",
              size === "medium" && "max-w-150",
              size === "large" && "max-w-220",
            )}
          >
            <header className="flex items-start gap-3 px-5 pt-4 pb-1">
              <div className="grow">
                <Base.Title className="text-pane font-semibold">{title}</Base.Title>
                {description && <Base.Description className="mt-1 text-text-2">{description}</Base.Description>}
              </div>
              {/* its cross stands on the line of the title, whatever its own height */}
              <span className="-my-1.5 flex pointer-coarse:-my-2.5">
                <CloseButton label={closeLabel} />
              </span>
            </header>
            <div className="grow overflow-y-auto px-5 pt-2 pb-4 empty:pt-0">{children}</div>
            {actions && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{actions}</footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** A pane that comes in from the end side; full width on a phone. */
export function Sheet({
  isOpen,
  onClose,
  title,
  closeLabel,
  children,
}: Omit<DialogProps, "actions" | "size" | "description">) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={scrim} />
        <Base.Popup className="fixed inset-y-0 end-0 z-40 flex w-full flex-col bg-surface shadow-sheet outline-none data-open:animate-fade md:w-90">
          <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line ps-4 pe-2">
            <Base.Title className="grow truncate text-pane font-semibold">{title}</Base.Title>
            <CloseButton label={closeLabel} />
          </header>
          <div className="grow overflow-y-auto">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Without a tooltip: it often has the first focus, and nobody needs the cross explained. */
function CloseButton({ label }: { label: string }) {
  return (
    <Base.Close
      aria-label={label}
      className="-me-1 flex size-8 shrink-0 items-center justify-center rounded-control text-text-2 hover:bg-hover hover:text-text pointer-coarse:size-10"
    >
      <Icon of={X} />
    </Base.Close>
  );
}
