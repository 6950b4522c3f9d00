import { Switch as Base } from "@base-ui/react/switch";
import { ChoiceLabel, type ChoiceProps } from "./choice-label.tsx";

/** On takes effect at once; for choices that wait for a button use a checkbox. */
export function Switch({ isOn, onChange, disabled = false, ...words }: ChoiceProps) {
  return (
    <ChoiceLabel {...words} className="gap-3">
      <Base.Root
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 flex h-4.5 w-8 shrink-0 items-center rounded-full border border-edge bg-sunken p-px transition-colors data-checked:border-ink data-checked:bg-ink data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-edge transition-[translate,background-color] data-checked:translate-x-3.5 data-checked:bg-on-ink rtl:data-checked:-translate-x-3.5" />
      </Base.Root>
    </ChoiceLabel>
  );
}
