import { Switch as Base } from "@base-ui/react/switch";
import type { ReactNode } from "react";

/** On takes effect at once; for choices that wait for a button use a checkbox. */
export function Switch({
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
    <label className="flex items-start gap-3 py-1">
      <Base.Root
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex h-4.5 w-8 shrink-0 items-center rounded-full border border-edge bg-sunken p-px transition-colors data-checked:border-ink data-checked:bg-ink data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-edge transition-[translate,background-color] data-checked:translate-x-3.5 data-checked:bg-on-ink rtl:data-checked:-translate-x-3.5" />
      </Base.Root>
      <span className="flex flex-col">
        <span>{label}</span>
        {hint && <span className="text-meta text-text-2">{hint}</span>}
      </span>
    </label>
  );
}
