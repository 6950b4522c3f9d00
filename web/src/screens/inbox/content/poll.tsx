import type { Message } from "../../../api.ts";
import { t } from "../../../text.ts";

/** A question with its answers, and how many people chose each. */
export function PollContent({ poll }: { poll: NonNullable<Message["poll"]> }) {
  const most = Math.max(1, ...poll.options.map(({ votes }) => votes));
  return (
    <div className="flex min-w-56 flex-col gap-2">
      <div>
        <p dir="auto" className="text-match font-medium break-words">
          {poll.question}
        </p>
        <p className="text-meta text-text-2">{t(poll.isMultipleChoice ? "poll.several" : "poll.one")}</p>
      </div>
      <ul className="flex flex-col gap-2">
        {poll.options.map(({ text, votes }) => (
          <li key={text} className="flex flex-col gap-1">
            <span className="flex items-baseline justify-between gap-4">
              <span dir="auto" className="text-match min-w-0 break-words">
                {text}
              </span>
              <span className="tabular shrink-0 text-meta text-text-2">{t("poll.votes", { n: votes })}</span>
            </span>
            <span aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
              <span className="block h-full bg-ink" style={{ width: `${(votes / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
