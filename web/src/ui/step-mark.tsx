import Check from "lucide-react/icons/check";
import X from "lucide-react/icons/x";
import { cx } from "./cx.ts";
import { Icon } from "./icon.tsx";

export type StepState = "open" | "waiting" | "done" | "failed";

/** A step of something that verifies itself: empty, breathing while it waits, a tick, or a cross. */
export function StepMark({ state, label }: { state: StepState; label: string }) {
  return (
    <span
      role="img"
      aria-label={label}
      className={cx(
        "mt-px flex size-4.5 shrink-0 items-center justify-center rounded-full border",
        state === "open" && "border-edge",
        state === "waiting" && "border-2 border-ink",
        state === "done" && "border-moss bg-moss text-surface",
        state === "failed" && "border-brick bg-brick text-surface",
      )}
    >
      {state === "done" && <Icon of={Check} size={12} />}
      {state === "failed" && <Icon of={X} size={12} />}
      {state === "waiting" && <span className="size-2 animate-pulse-soft rounded-full bg-ink" />}
    </span>
  );
}
