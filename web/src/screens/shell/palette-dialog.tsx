import { Dialog as Base } from "@base-ui/react/dialog";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useAllCommands, type Command } from "../../commands.ts";
import { t } from "../../text.ts";
import { cx } from "../../ui/cx.ts";
import { Kbd } from "../../ui/kbd.tsx";
import { matchScore } from "./match-score.ts";

export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const all = useAllCommands();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const chosen = useRef<HTMLLIElement>(null);
  const found = useMemo(() => {
    const last = new Map<string, Command>();
    for (const command of all) if (command.isHidden !== true) last.set(command.id, command);
    return [...last.values()]
      .map((command) => ({ command, score: matchScore(command.label, query) }))
      .filter((one) => one.score !== null)
      .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
      .map((one) => one.command);
  }, [all, query]);
  useEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [active]);
  const run = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(() => command.run());
  };
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim data-open:animate-fade" />
        <Base.Popup
          aria-label={t("palette.title")}
          className="fixed inset-x-3 top-[12vh] z-40 mx-auto flex max-h-[60vh] max-w-140 flex-col overflow-hidden rounded-panel bg-surface shadow-sheet outline-none data-open:animate-rise"
        >
          <input
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
            aria-label={t("palette.title")}
            placeholder={t("palette.placeholder")}
            value={query}
            className="h-12 shrink-0 border-b border-line bg-transparent px-4 text-pane outline-none"
            onChange={(event) => {
              setQuery(event.target.value);
              setActive(0);
            }}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown") setActive((at) => Math.min(at + 1, found.length - 1));
              else if (event.key === "ArrowUp") setActive((at) => Math.max(at - 1, 0));
              else if (event.key === "Enter") run(found[active]);
              else return;
              event.preventDefault();
            }}
          />
          <ul id={listId} role="listbox" aria-label={t("palette.title")} className="overflow-y-auto p-1">
            {found.map((command, index) => (
              <li
                key={command.id}
                id={`${listId}-${index}`}
                ref={index === active ? chosen : null}
                role="option"
                aria-selected={index === active}
                className={cx(
                  "flex min-h-9 items-center gap-3 rounded-control px-3",
                  index === active && "bg-ink-weak",
                )}
                onPointerMove={() => setActive(index)}
                onClick={() => run(command)}
              >
                <span className="grow">{command.label}</span>
                <span className="text-meta text-text-2">{command.group}</span>
                {command.keys && <Kbd keys={command.keys} />}
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="px-4 pb-4 text-text-2">{t("palette.empty")}</p>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
