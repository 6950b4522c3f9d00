import { Checkbox as Base } from "@base-ui/react/checkbox";
import Check from "lucide-react/icons/check";
import { ChoiceLabel, type ChoiceProps } from "./choice-label.tsx";
import { Icon } from "./icon.tsx";

/** For choices that wait for a button; what takes effect at once is a switch. */
export function Checkbox({ isOn, onChange, disabled = false, ...words }: ChoiceProps) {
  return (
    <ChoiceLabel {...words} className="gap-2.5 pointer-coarse:py-2">
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
    </ChoiceLabel>
  );
}
