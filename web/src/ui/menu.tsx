import { Menu as Base } from "@base-ui/react/menu";
import Check from "lucide-react/icons/check";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon, type IconType } from "./icon.tsx";
import { keyLabel } from "./kbd.tsx";

const itemStyle =
  "flex min-h-8 w-full cursor-default items-center gap-2 rounded-control px-2 py-1 text-start text-ui outline-none data-disabled:text-text-3 data-highlighted:bg-hover pointer-coarse:min-h-11";

export function Menu({
  trigger,
  align = "start",
  children,
}: {
  trigger: ReactElement;
  align?: "start" | "end";
  children: ReactNode;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className="max-h-96 min-w-48 overflow-y-auto rounded-panel border border-line bg-surface p-1 shadow-raised outline-none data-open:animate-rise">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  icon,
  keys,
  tone,
  disabled = false,
  onSelect,
  children,
}: {
  icon?: IconType;
  keys?: string;
  tone?: "danger";
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Base.Item className={cx(itemStyle, tone === "danger" && "text-brick")} disabled={disabled} onClick={onSelect}>
      {icon && <Icon of={icon} className={tone === "danger" ? "" : "text-text-2"} />}
      <span className="grow">{children}</span>
      {keys && (
        <span dir="ltr" className="ps-4 text-meta whitespace-pre text-text-2">
          {keyLabel(keys)}
        </span>
      )}
    </Base.Item>
  );
}

/** One of several: a tick marks the chosen one. */
export function MenuChoice({
  isChosen,
  onSelect,
  aside,
  children,
}: {
  isChosen: boolean;
  onSelect: () => void;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Base.CheckboxItem className={itemStyle} checked={isChosen} onCheckedChange={onSelect} closeOnClick>
      <span className="w-4 shrink-0">{isChosen && <Icon of={Check} className="text-ink" />}</span>
      <span className="grow">{children}</span>
      {aside !== undefined && <span className="tabular ps-4 text-meta text-text-2">{aside}</span>}
    </Base.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-2 pb-1 text-meta text-text-2">{children}</div>;
}
