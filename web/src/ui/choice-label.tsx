import type { ReactNode } from "react";

export interface ChoiceProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

/** The words beside a checkbox or a switch; a click on them is one on it. */
export function ChoiceLabel({
  label,
  hint,
  className,
  children,
}: Pick<ChoiceProps, "label" | "hint"> & { className: string; children: ReactNode }) {
  return (
    <label className={`flex items-start py-1 ${className}`}>
      {children}
      <span className="flex min-w-0 flex-col">
        <span>{label}</span>
        {hint && <span className="text-meta text-text-2">{hint}</span>}
      </span>
    </label>
  );
}
