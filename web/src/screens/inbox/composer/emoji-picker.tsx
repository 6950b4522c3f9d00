import { useState } from "react";
import { t } from "../../../text.ts";
import { Input } from "../../../ui/input.tsx";
import { emojiGroups } from "./emoji.ts";

export function EmojiPicker({ onChoose }: { onChoose: (emoji: string) => void }) {
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const groups = emojiGroups
    .map((group) => group.filter(([emoji, words]) => wanted === "" || words.includes(wanted) || emoji === wanted))
    .filter((group) => group.length > 0);
  const move = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 9, ArrowUp: -9 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    buttons[buttons.indexOf(event.target as HTMLButtonElement) + step]?.focus();
  };
  return (
    <div className="w-[346px] max-w-full p-1.5">
      <Input
        type="search"
        autoFocus
        value={query}
        aria-label={t("emoji.search")}
        placeholder={t("emoji.search")}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const only = groups[0]?.[0]?.[0];
          if (event.key === "Enter" && only) onChoose(only);
        }}
      />
      <div dir="ltr" className="mt-1.5 max-h-64 overflow-y-auto" onKeyDown={move}>
        {groups.map((group, index) => (
          <div key={index} className="flex flex-wrap border-b border-line py-1 last:border-0">
            {group.map(([emoji, words]) => (
              <button
                key={emoji}
                type="button"
                aria-label={words}
                onClick={() => onChoose(emoji)}
                className="flex size-9 items-center justify-center rounded-control text-[20px] hover:bg-hover focus-visible:-outline-offset-2"
              >
                {emoji}
              </button>
            ))}
          </div>
        ))}
        {groups.length === 0 && <p className="p-3 text-text-2">{t("emoji.none")}</p>}
      </div>
    </div>
  );
}
