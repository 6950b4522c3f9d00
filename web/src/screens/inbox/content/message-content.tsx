import Ban from "lucide-react/icons/ban";
import Eraser from "lucide-react/icons/eraser";
import type { ReactNode } from "react";
import type { Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { exactTime } from "../../../time.ts";
import { cx } from "../../../ui/cx.ts";
import { Icon } from "../../../ui/icon.tsx";
import { kindName } from "../preview.ts";
import { ContactCards, LocationCard, OrderCard, ReferralCard } from "./cards.tsx";
import { InteractiveContent, UnsupportedContent } from "./interactive.tsx";
import { AttachmentView } from "./media.tsx";
import { PollContent } from "./poll.tsx";
import { isFewEmoji, RichText } from "./rich-text.tsx";
import { TemplateContent } from "./template-content.tsx";

function Body({ message, meta }: { message: Message; meta: ReactNode }) {
  switch (message.type) {
    case "text":
      return <Text text={message.text} meta={meta} />;
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "document":
    case "sticker":
      return (
        <>
          {message.attachments.map((attachment) => (
            <AttachmentView key={attachment.id} attachment={attachment} alt={message.text ?? kindName(message.type)} />
          ))}
          {message.attachments.length === 0 && <p className="text-text-2">{kindName(message.type)}</p>}
          {message.text && (
            <div className="mt-1.5">
              <Text text={message.text} meta={meta} />
            </div>
          )}
        </>
      );
    case "location":
      return message.location ? <LocationCard location={message.location} /> : null;
    case "contacts":
      return <ContactCards contacts={message.contacts ?? []} />;
    case "interactive":
    case "button":
      return <InteractiveContent message={message} />;
    case "template":
      return <TemplateContent message={message} />;
    case "poll":
      return message.poll ? <PollContent poll={message.poll} /> : null;
    case "order":
      return (
        <>
          <OrderCard order={message.order ?? {}} />
          {message.text && <Text text={message.text} meta={null} />}
        </>
      );
    default:
      return <UnsupportedContent message={message} />;
  }
}

function Text({ text, meta }: { text: string | undefined; meta: ReactNode }) {
  if (text === undefined) return <p className="text-text-2 italic">{t("message.destroyed")}</p>;
  return <MessageText text={text} meta={meta} />;
}

/** The text with time and ticks floating on its last line, or on one of their own when that is full. */
export function MessageText({ text, meta }: { text: string; meta: ReactNode }) {
  return (
    <div
      dir="auto"
      className={cx("flow-root text-start break-words whitespace-pre-wrap", isFewEmoji(text) && "py-1 text-[32px]/10")}
    >
      <RichText text={text} />
      {meta}
    </div>
  );
}

/** Whether what it said is gone for good: by the channel's content mode, or with its person. */
export function isDestroyed(message: Pick<Message, "content" | "contentDestroyedAt">): boolean {
  return message.contentDestroyedAt !== undefined || message.content === null;
}

/** Whether the content takes time and ticks into its last line of text. */
export function hasInlineMeta(
  message: Pick<Message, "type" | "text" | "deletedAt" | "content" | "contentDestroyedAt">,
): boolean {
  if (message.deletedAt || isDestroyed(message) || message.text === undefined) return false;
  return (message.type === "text" && !isFewEmoji(message.text)) || /^(image|video|document)$/.test(message.type);
}

export function MessageContent({ message, meta }: { message: Message; meta: ReactNode }) {
  if (message.deletedAt) {
    return (
      <p className="flex items-center gap-1.5 text-text-2 italic">
        <Icon of={Ban} size={14} />
        {t(message.direction === "inbound" ? "message.deletedByThem" : "message.deletedByUs")}
      </p>
    );
  }
  if (isDestroyed(message)) {
    return (
      <p
        className="flex items-start gap-1.5 text-text-2 italic"
        title={message.contentDestroyedAt && exactTime(message.contentDestroyedAt)}
      >
        <span className="mt-1 shrink-0">
          <Icon of={Eraser} size={14} />
        </span>
        {t("message.destroyed")}
      </p>
    );
  }
  return (
    <>
      {message.referral && <ReferralCard referral={message.referral} />}
      <Body message={message} meta={meta} />
    </>
  );
}
