import { useSyncExternalStore } from "react";

export type PickerName = "assign" | "label" | "snooze";

/** Which picker of the open conversation is open; keys, the palette and buttons all come here. */
let open: PickerName | null = null;
const listeners = new Set<() => void>();

export function openPicker(name: PickerName | null): void {
  open = name;
  for (const listener of listeners) listener();
}

export function useOpenPicker(): PickerName | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
