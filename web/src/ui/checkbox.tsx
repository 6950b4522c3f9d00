import { Checkbox as Base } from "@base-ui/react/checkbox";
import Check from "lucide-react/icons/check";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

/** For choices that wait for a button; what takes effect at once is a switch. */
export function Checkbox({
  isOn,
  onChange,
  label,
  hint,
  disabled = false,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}) {
  return (
    <label className="flex items-start gap-2.5 py-1 pointer-coarse:py-2">
      <Base.Root
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-tight border border-edge bg-surface data-checked:border-ink data-checked:bg-ink data-disabled:opacity-50"
      >
        <Base.Indicator className="text-on-ink">
          <Icon of={Check} size={12} />
        </Base.Indicator>
      </Base.Root>
      <span className="flex min-w-0 flex-col">
        <span>{label}</span>
        {hint && <span className="text-meta text-text-2">{hint}</span>}
      </span>
    </label>
  );
}
