import X from "lucide-react/icons/x";
import { findConversation, findMessage } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import { contactName } from "../people.ts";
import { summary } from "../preview.ts";

export function ReplyBar({ messageId, onCancel }: { messageId: string; onCancel: () => void }) {
  const message = findMessage(messageId);
  const conversation = message && findConversation(message.conversationId);
  const who = message?.direction === "outbound" ? t("quote.us") : conversation ? contactName(conversation.contact) : "";
  return (
    <div className="mx-3 mt-2 flex items-center gap-2 rounded-tight border-s-3 border-ink bg-hover ps-2 pe-1 text-ui">
      <div className="min-w-0 grow py-1">
        <p className="truncate text-meta font-medium text-ink">
          <bdi>{who}</bdi>
        </p>
        <p dir="auto" className="truncate text-start text-text-2">
          {message ? summary(message) : ""}
        </p>
      </div>
      <IconButton icon={X} label={t("composer.cancelReply")} size="small" onClick={onCancel} />
    </div>
  );
}
