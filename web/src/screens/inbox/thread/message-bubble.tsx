import Forward from "lucide-react/icons/forward";
import type { Conversation, Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { clockTime, exactTime } from "../../../time.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { cx } from "../../../ui/cx.ts";
import { Icon } from "../../../ui/icon.tsx";
import { hasInlineMeta, isDestroyed, MessageContent } from "../content/message-content.tsx";
import { contactName, useAuthorName, useIsChannelRemoved } from "../people.ts";
import { Bubble, Meta } from "./bubble.tsx";
import { FailedLine } from "./failed-line.tsx";
import { MessageActions } from "./message-actions.tsx";
import { Quote } from "./quote.tsx";
import { Reactions } from "./reactions.tsx";
import { Ticks } from "./ticks.tsx";

export function MessageBubble({
  message,
  conversation,
  opens,
  closes,
  isMarked,
}: {
  message: Message;
  conversation: Conversation;
  opens: boolean;
  closes: boolean;
  isMarked: boolean;
}) {
  const isOurs = message.direction === "outbound";
  const at = message.sentAt ?? message.receivedAt;
  const hasReactions = message.reactions.length > 0;
  const senderName = message.sender ? message.sender.name : null;
  const isSilent = useIsChannelRemoved(conversation.channelId);
  const isInline = hasInlineMeta(message);
  const meta = (
    <Meta isInline={isInline}>
      {message.editedAt && <span title={exactTime(message.editedAt)}>{t("message.edited")}</span>}
      <time dateTime={at} title={exactTime(at)}>
        {clockTime(at)}
      </time>
      {isOurs && <Ticks status={message.status} />}
    </Meta>
  );
  return (
    <article
      tabIndex={-1}
      aria-label={
        isOurs ? t("thread.fromUs") : t("thread.from", { name: senderName ?? contactName(conversation.contact) })
      }
      className={cx(
        "group/message relative flex items-end gap-2 outline-none",
        isOurs && "flex-row-reverse",
        opens ? "pt-2.5" : "pt-0.5",
        hasReactions && "pb-4.5",
      )}
    >
      {conversation.contact.isGroup && !isOurs && (
        <span className="w-7 shrink-0">
          {closes && <Avatar name={senderName ?? ""} seed={message.sender?.contactId ?? ""} size={28} />}
        </span>
      )}
      <div className={cx("flex max-w-[min(85%,640px)] min-w-0 flex-col", isOurs ? "items-end" : "items-start")}>
        {opens && <Sender message={message} isGroup={conversation.contact.isGroup} />}
        <Bubble
          isOurs={isOurs}
          opens={opens}
          closes={closes}
          isBare={message.type === "sticker" && !message.deletedAt && !isDestroyed(message)}
          isMarked={isMarked}
          meta={isInline ? null : meta}
          footer={hasReactions && <Reactions message={message} />}
        >
          {message.isForwarded && (
            <p className="flex items-center gap-1 text-meta text-text-2">
              <Icon of={Forward} size={12} className="rtl:-scale-x-100" />
              {t("message.forwarded")}
            </p>
          )}
          {message.replyTo && (
            <Quote messageId={message.replyTo.messageId} contactName={contactName(conversation.contact)} />
          )}
          <MessageContent message={message} meta={isInline ? meta : null} />
        </Bubble>
        {message.status === "failed" && <FailedLine message={message} conversation={conversation} />}
      </div>
      {!isSilent && <MessageActions message={message} />}
    </article>
  );
}

/** Who wrote it, where that is not plain from the side: a group's member, a colleague, the API or the phone. */
function Sender({ message, isGroup }: { message: Message; isGroup: boolean }) {
  const author = useAuthorName(message.author?.kind === "member" ? message.author.id : null);
  const text =
    message.direction === "inbound"
      ? isGroup
        ? message.sender?.name
        : undefined
      : message.author?.kind === "api_key"
        ? t("author.apiKey")
        : message.author?.kind === "phone_app"
          ? t("author.phoneApp")
          : author;
  if (!text) return null;
  return (
    <span dir="auto" className="px-1 pb-0.5 text-meta text-text-2">
      {text}
    </span>
  );
}
