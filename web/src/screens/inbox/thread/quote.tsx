import { useQuery } from "@tanstack/react-query";
import { findMessage } from "../../../cache.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { summary } from "../preview.ts";
import { useThreadActions } from "./thread-actions.ts";

/** What a message answers: a line with an ink bar that jumps to it. */
export function Quote({ messageId, contactName }: { messageId: string | null; contactName: string }) {
  const { showMessage } = useThreadActions();
  const known = messageId ? findMessage(messageId) : undefined;
  const asked = useQuery({ ...queries.message(messageId ?? ""), enabled: messageId !== null && !known });
  const message = known ?? asked.data;
  const look = "mb-1 block w-full rounded-tight border-s-3 border-ink bg-hover px-2 py-1 text-start text-ui";
  if (!messageId || asked.isError) return <p className={`${look} text-text-2`}>{t("quote.unknown")}</p>;
  return (
    <button type="button" aria-label={t("quote.jump")} onClick={() => void showMessage(messageId)} className={look}>
      <span className="block truncate text-meta font-medium text-ink">
        {message?.direction === "outbound" ? t("quote.us") : <bdi>{message?.sender?.name ?? contactName}</bdi>}
      </span>
      <span dir="auto" className="line-clamp-2 text-text-2">
        {message ? summary(message) : "\u00a0"}
      </span>
    </button>
  );
}
