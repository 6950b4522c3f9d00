import type { ReactNode } from "react";

/** A few choices in a row, one of them pressed. For panels that belong to the choices use Tabs. */
export function Segmented<V extends string>({
  value,
  onChange,
  options,
  label,
}: {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; aside?: ReactNode }[];
  label: string;
}) {
  return (
    <div role="group" aria-label={label} className="flex gap-1">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={value === option.value}
          onClick={() => onChange(option.value)}
          className="h-7 rounded-control px-2.5 text-text-2 transition-colors hover:bg-hover aria-pressed:bg-ink-weak aria-pressed:font-medium aria-pressed:text-ink pointer-coarse:h-9"
        >
          {option.label}
          {option.aside !== undefined && (
            <span className="tabular ms-1.5 text-meta font-normal text-text-2">{option.aside}</span>
          )}
        </button>
      ))}
    </div>
  );
}
