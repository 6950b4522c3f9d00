import { useId, useState, type ReactNode } from "react";
import { cx } from "./cx.ts";

export interface Choice {
  key: string;
  label: string;
  /** What stands before and after the label. */
  start?: ReactNode;
  end?: ReactNode;
  isChosen?: boolean;
  run: () => void;
}

/** Type to narrow, arrows to move, Enter to choose. */
export function ChoiceList({
  choices,
  searchLabel,
  emptyText,
  extra,
}: {
  choices: readonly Choice[];
  searchLabel: string;
  emptyText: string;
  /** A last choice made from what was typed, e.g. to make a new one of that name. */
  extra?: (typed: string) => Choice | null;
}) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const id = useId();
  const wanted = query.trim().toLocaleLowerCase();
  const found = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(wanted));
  const added = wanted === "" ? null : (extra?.(query.trim()) ?? null);
  const shown = added ? [...found, added] : found;
  return (
    <div className="flex w-64 flex-col">
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={shown[active] ? `${id}-${active}` : undefined}
        aria-label={searchLabel}
        placeholder={searchLabel}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setActive((at) => Math.min(at + 1, shown.length - 1));
          else if (event.key === "ArrowUp") setActive((at) => Math.max(at - 1, 0));
          else if (event.key === "Enter") shown[active]?.run();
          else return;
          event.preventDefault();
        }}
        className="h-9 rounded-control bg-transparent px-2 outline-none pointer-coarse:text-[16px]"
      />
      <ul
        id={id}
        role="listbox"
        aria-label={searchLabel}
        className="max-h-72 overflow-y-auto border-t border-line pt-1"
      >
        {shown.map((choice, index) => (
          <li
            key={choice.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={choice.isChosen === true}
            onPointerMove={() => setActive(index)}
            onClick={choice.run}
            className={cx(
              "flex min-h-8 items-center gap-2 rounded-control px-2 py-1 pointer-coarse:min-h-11",
              index === active && "bg-hover",
            )}
          >
            {choice.start}
            <span className="min-w-0 grow truncate">{choice.label}</span>
            {choice.end}
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="px-2 py-2 text-text-2">{emptyText}</p>}
    </div>
  );
}
