import RotateCw from "lucide-react/icons/rotate-cw";
import type { Conversation, Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { useFaultText } from "./fault-text.ts";
import { Button } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { bodyOf } from "../commands/resend.ts";
import { setDraft } from "../composer/drafts.ts";
import { sendMessage } from "../sends.ts";

/** Why it was not sent, and the next step: a template when the window is closed, else the same message again. */
export function FailedLine({ message, conversation }: { message: Message; conversation: Conversation }) {
  const needsTemplate = message.error?.code === "message.window_closed" || !conversation.serviceWindow.isOpen;
  const body = bodyOf(message);
  const reason = useFaultText(message.error?.sentenceKey, message.error?.sentence);
  return (
    <div
      role="status"
      className="flex max-w-[68ch] flex-wrap items-center justify-end gap-x-2 gap-y-1 pt-1 text-meta text-brick"
    >
      <span dir="auto">
        {reason ?? t("failed.unknown")}
        {message.error?.providerCode && <span className="tabular text-text-2"> ({message.error.providerCode})</span>}
      </span>
      {conversation.isRestricted ? null : needsTemplate ? (
        <Button
          size="small"
          onClick={() => setDraft(message.conversationId, { mode: "template", focusAt: Date.now() })}
        >
          {t("failed.sendTemplate")}
        </Button>
      ) : (
        body && (
          <Button size="small" onClick={() => sendMessage(body)}>
            <Icon of={RotateCw} size={12} />
            {t("failed.sendAgain")}
          </Button>
        )
      )}
    </div>
  );
}
