import type { Message } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { isOurs, react } from "../commands/react.ts";

/** Overlaps the lower edge of its bubble. A click on ours takes it back. */
export function Reactions({ message }: { message: Message }) {
  const counted = new Map<string, { count: number; isOurs: boolean }>();
  for (const reaction of message.reactions) {
    const isMine = isOurs(reaction);
    const known = counted.get(reaction.emoji);
    counted.set(reaction.emoji, { count: (known?.count ?? 0) + 1, isOurs: isMine || known?.isOurs === true });
  }
  return (
    <div className="absolute start-2 -bottom-4 flex gap-1">
      {[...counted].map(([emoji, { count, isOurs: hasOurs }]) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={hasOurs}
          aria-label={t(hasOurs ? "reaction.takeBack" : "reaction.same", { emoji, n: count })}
          onClick={() => react(message, hasOurs ? null : emoji, myMemberId())}
          className={cx(
            "tabular flex h-5.5 items-center gap-0.5 rounded-full border px-1.5 text-meta text-text-2",
            hasOurs ? "border-ink bg-ink-weak" : "border-line bg-surface hover:bg-sunken",
          )}
        >
          <span className="text-[13px]">{emoji}</span>
          {count > 1 && count}
        </button>
      ))}
    </div>
  );
}
