import { lazy, Suspense, useEffect, useState } from "react";
import { useCommands } from "../../commands.ts";
import { t } from "../../text.ts";

const PaletteDialog = lazy(() => import("./palette-dialog.tsx").then((part) => ({ default: part.PaletteDialog })));
const ShortcutSheet = lazy(() => import("./shortcut-sheet.tsx").then((part) => ({ default: part.ShortcutSheet })));

/** While a dialog is on its way, what is typed is meant for it: a single letter must not resolve the conversation beneath. */
function KeysHeld() {
  useEffect(() => {
    const hold = (event: KeyboardEvent): void => event.stopImmediatePropagation();
    window.addEventListener("keydown", hold, { capture: true });
    return () => window.removeEventListener("keydown", hold, { capture: true });
  }, []);
  return null;
}

/** Both are loaded on first use: they are no part of the inbox's cold start. */
export function CommandPalette() {
  const [open, setOpen] = useState<"palette" | "sheet" | null>(null);
  useCommands([
    {
      id: "app.palette",
      label: t("palette.open"),
      group: t("group.app"),
      keys: "mod+k",
      worksInFields: true,
      isHidden: true,
      run: () => setOpen("palette"),
    },
    { id: "app.sheet", label: t("palette.sheet"), group: t("group.app"), keys: "?", run: () => setOpen("sheet") },
  ]);
  if (open === null) return null;
  return (
    <Suspense fallback={<KeysHeld />}>
      {open === "palette" ? (
        <PaletteDialog onClose={() => setOpen((now) => (now === "palette" ? null : now))} />
      ) : (
        <ShortcutSheet onClose={() => setOpen(null)} />
      )}
    </Suspense>
  );
}
