import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

export interface RadioOption<V extends string> {
  value: V;
  label: ReactNode;
  /** What choosing it means, or why it cannot be chosen. */
  hint?: ReactNode;
  start?: ReactNode;
  disabled?: boolean;
}

/** One of a few, each with a line that says what it means; arrows move between them. */
export function RadioList<V extends string>({
  value,
  onChange,
  options,
  label,
  disabled = false,
}: {
  value: V;
  onChange: (value: V) => void;
  options: readonly RadioOption<V>[];
  label: string;
  disabled?: boolean;
}) {
  return (
    <RadioGroup
      value={value}
      onValueChange={(next) => onChange(next as V)}
      disabled={disabled}
      aria-label={label}
      className="flex flex-col divide-y divide-line overflow-hidden rounded-panel border border-line bg-surface"
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            "flex items-start gap-3 px-4 py-3 transition-colors",
            option.value === value ? "bg-ink-weak" : !option.disabled && "hover:bg-hover",
            option.disabled && "text-text-2",
          )}
        >
          <Radio.Root
            value={option.value}
            disabled={option.disabled === true}
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-edge bg-surface data-checked:border-ink data-disabled:opacity-50"
          >
            <Radio.Indicator className="size-2 rounded-full bg-ink" />
          </Radio.Root>
          {option.start && <span className="mt-0.5 shrink-0">{option.start}</span>}
          <span className="flex min-w-0 flex-col">
            <span>{option.label}</span>
            {option.hint && <span className="text-meta text-text-2">{option.hint}</span>}
          </span>
        </label>
      ))}
    </RadioGroup>
  );
}
