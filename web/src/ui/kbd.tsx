const isMac = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);

/** "mod+enter" → "⌘↵" on a Mac and "Ctrl ↵" elsewhere; sequences are written "g i". */
export function keyLabel(keys: string): string {
  const one = (key: string): string => {
    switch (key.toLowerCase()) {
      case "mod":
        return isMac ? "⌘" : "Ctrl";
      case "shift":
        return isMac ? "⇧" : "Shift";
      case "enter":
        return "↵";
      case "esc":
        return "Esc";
      case "up":
        return "↑";
      case "down":
        return "↓";
      default:
        return key.length === 1 ? key.toUpperCase() : key;
    }
  };
  return keys
    .split(" ")
    .map((part) =>
      part
        .split("+")
        .map(one)
        .join(isMac ? "" : " "),
    )
    .join("  ");
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd
      dir="ltr"
      className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-tight border border-line bg-sunken px-1 font-sans text-meta whitespace-pre text-text-2"
    >
      {keyLabel(keys)}
    </kbd>
  );
}
