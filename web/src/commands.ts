import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something a person can do by key or from the palette. `keys`: "j", "shift+e", "mod+k", or a sequence "g i". */
export interface Command {
  id: string;
  label: string;
  group: string;
  keys?: string;
  /** Also while typing in a field; single letters never are. */
  worksInFields?: boolean;
  /** Kept out of the palette, e.g. moving the selection. */
  isHidden?: boolean;
  run: () => void;
}

let registered: readonly Command[] = [];
const listeners = new Set<() => void>();

function publish(next: readonly Command[]): void {
  registered = next;
  for (const listener of listeners) listener();
}

export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}

/** Offers commands while the component is mounted. The newest registration wins a key. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const shape = commands
    .map((command) => `${command.id}\u0000${command.label}\u0000${command.keys ?? ""}`)
    .join("\u0001");
  useEffect(() => {
    const mine = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find((one) => one.id === command.id)?.run(),
    }));
    publish([...registered, ...mine]);
    return () => publish(registered.filter((one) => !mine.includes(one)));
    // The functions are read through the ref; only what is shown decides.
  }, [shape]);
}

/** Letters by what they type; on non-Latin layouts by where they are, so that the map works for everyone. */
export function keyOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.metaKey || event.ctrlKey) parts.push("mod");
  let key = event.key.toLowerCase();
  if (/^key[a-z]$/i.test(event.code) && !/^[a-z]$/.test(key)) key = event.code.slice(3).toLowerCase();
  if (event.shiftKey && (/^[a-z]$/.test(key) || key === "enter")) parts.push("shift");
  const names: Record<string, string> = { arrowup: "up", arrowdown: "down", escape: "esc", " ": "space" };
  parts.push(names[key] ?? key);
  return parts.join("+");
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

const sequenceMs = 1_200;
let pending = "";
let pendingAt = 0;

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const stroke = keyOf(event);
  const inField = isTyping(event.target);
  // Menus, dialogs and lists of choices have their own keys.
  const inPopup =
    event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"],[role="listbox"]') !== null;
  const keys = pending && event.timeStamp - pendingAt < sequenceMs ? `${pending} ${stroke}` : stroke;
  const allowed = registered.filter((one) => (!inField && !inPopup) || one.worksInFields === true);
  const hit = allowed.findLast((one) => one.keys === keys);
  if (hit) {
    pending = "";
    event.preventDefault();
    hit.run();
    return;
  }
  const starts = !inField && !inPopup && allowed.some((one) => one.keys?.startsWith(`${stroke} `));
  pending = starts ? stroke : "";
  pendingAt = event.timeStamp;
}

export function listenForCommands(): () => void {
  window.addEventListener("keydown", onKeyDown);
  return () => window.removeEventListener("keydown", onKeyDown);
}
