import { Select as Base } from "@base-ui/react/select";
import Check from "lucide-react/icons/check";
import ChevronDown from "lucide-react/icons/chevron-down";
import { cx } from "./cx.ts";
import { Icon } from "./icon.tsx";

export interface Option<V extends string> {
  value: V;
  label: string;
  hint?: string;
}

export function Select<V extends string>({
  value,
  onChange,
  options,
  label,
  className,
  disabled,
  ...field
}: {
  value: V;
  onChange: (value: V) => void;
  options: readonly Option<V>[];
  /** The accessible name when no Field stands around it. */
  label?: string;
  className?: string;
  disabled?: boolean;
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      disabled={disabled === true}
    >
      <Base.Trigger
        {...field}
        aria-label={label}
        className={cx(
          "flex h-9 w-full items-center justify-between gap-2 rounded-control border border-edge bg-surface ps-3 pe-2 text-start transition-colors not-data-disabled:hover:bg-sunken data-disabled:bg-sunken data-disabled:text-text-2 pointer-coarse:h-11",
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Icon of={ChevronDown} className="shrink-0 text-text-2" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50" alignItemWithTrigger={false}>
          <Base.Popup className="max-h-80 min-w-(--anchor-width) overflow-y-auto rounded-panel border border-line bg-surface p-1 shadow-raised data-open:animate-rise">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex min-h-8 cursor-default items-center gap-2 rounded-control py-1 ps-2 pe-3 outline-none data-highlighted:bg-hover pointer-coarse:min-h-11"
              >
                <span className="w-4">
                  <Base.ItemIndicator>
                    <Icon of={Check} className="text-ink" />
                  </Base.ItemIndicator>
                </span>
                <span className="flex flex-col">
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.hint && <span className="text-meta text-text-2">{option.hint}</span>}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
