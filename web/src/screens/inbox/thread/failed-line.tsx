import { useMutation } from "@tanstack/react-query";
import RotateCw from "lucide-react/icons/rotate-cw";
import { api, ApiError, type Conversation, type Message } from "../../../api.ts";
import { settleSend } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { useFaultText } from "./fault-text.ts";
import { Button } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { isDestroyed } from "../content/message-content.tsx";
import { setDraft } from "../composer/drafts.ts";
import { useSilence } from "../people.ts";
import { problemText } from "../../shell/problem-text.ts";

/** Why it was not sent, and the next step: a template when the window is closed, else the same message again. */
export function FailedLine({ message, conversation }: { message: Message; conversation: Conversation }) {
  const needsTemplate = message.error?.code === "message.window_closed" || !conversation.serviceWindow.isOpen;
  const silence = useSilence(conversation);
  const reason = useFaultText(message.error?.sentenceKey, message.error?.sentence);
  const again = useMutation({ mutationFn: () => api.retry(message.id), onSuccess: settleSend });
  const refusal = useFaultText(again.isError ? faultOf(again.error) : undefined, problemText(again.error));
  return (
    <div
      role="status"
      className="flex max-w-[68ch] flex-wrap items-center justify-end gap-x-2 gap-y-1 pt-1 text-meta text-brick"
    >
      <span dir="auto">
        {again.isError ? refusal : (reason ?? t("failed.unknown"))}
        {message.error?.providerCode && !again.isError && (
          <span className="tabular text-text-2"> ({message.error.providerCode})</span>
        )}
      </span>
      {silence !== undefined ? null : needsTemplate ? (
        <Button
          size="small"
          onClick={() => setDraft(message.conversationId, { mode: "template", focusAt: Date.now() })}
        >
          {t("failed.sendTemplate")}
        </Button>
      ) : (
        !isDestroyed(message) && (
          <Button size="small" isBusy={again.isPending} onClick={() => again.mutate()}>
            <Icon of={RotateCw} size={12} />
            {t("failed.sendAgain")}
          </Button>
        )
      )}
    </div>
  );
}

/** A refusal at once has the code of a fault that comes later. */
const faultOf = (error: Error): string | undefined =>
  error instanceof ApiError ? error.code.replace(/^message\./, "") : undefined;
