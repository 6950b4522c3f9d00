import X from "lucide-react/icons/x";
import { useEffect, useState, useSyncExternalStore } from "react";
import { IconButton } from "./icon-button.tsx";

export interface ToastContent {
  text: string;
  tone?: "plain" | "danger";
  /** Shown for 8 s, and for as long as the pointer or the focus is on it. */
  action?: { label: string; run: () => void };
}

type Shown = ToastContent & { key: number };
let current: Shown | null = null;
let nextKey = 1;
const listeners = new Set<() => void>();

function set(next: Shown | null): void {
  current = next;
  for (const listener of listeners) listener();
}

/** One at a time: a new one takes the place of the old one. */
export function toast(content: ToastContent): void {
  set({ ...content, key: nextKey++ });
}

export function dismissToast(): void {
  set(null);
}

/** Runs the shown toast's action, for the undo key. */
export function runToastAction(): boolean {
  const action = current?.action;
  if (!action) return false;
  set(null);
  action.run();
  return true;
}

const shownMs = 8_000;

export function Toaster({ dismissLabel, regionLabel }: { dismissLabel: string; regionLabel: string }) {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!shown || isHeld) return;
    const timer = setTimeout(() => set(null), shownMs);
    return () => clearTimeout(timer);
  }, [shown, isHeld]);
  return (
    <div
      role="region"
      aria-label={regionLabel}
      aria-live="polite"
      className="pointer-events-none fixed start-4 bottom-[max(16px,env(safe-area-inset-bottom))] z-50 max-md:end-4"
    >
      {shown && (
        <div
          key={shown.key}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
          className="pointer-events-auto flex max-w-110 animate-rise items-center gap-3 rounded-panel border border-line bg-surface py-1.5 ps-4 pe-1.5 shadow-raised"
        >
          <span className={shown.tone === "danger" ? "grow text-brick" : "grow"}>{shown.text}</span>
          {shown.action && (
            <button
              type="button"
              className="rounded-control px-2 py-1 font-medium text-ink hover:bg-hover"
              onClick={() => runToastAction()}
            >
              {shown.action.label}
            </button>
          )}
          <IconButton icon={X} label={dismissLabel} size="small" onClick={dismissToast} />
        </div>
      )}
    </div>
  );
}
