import Ban from "lucide-react/icons/ban";
import type { Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { Icon } from "../../../ui/icon.tsx";
import { kindName } from "../preview.ts";
import { ContactCards, LocationCard, OrderCard, ReferralCard } from "./cards.tsx";
import { InteractiveContent, TemplateContent, UnsupportedContent } from "./interactive.tsx";
import { AttachmentView } from "./media.tsx";
import { isFewEmoji, RichText } from "./rich-text.tsx";

function Body({ message }: { message: Message }) {
  switch (message.type) {
    case "text":
      return <Text text={message.text} />;
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
              <Text text={message.text} />
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
    case "order":
      return (
        <>
          <OrderCard order={message.order ?? {}} />
          {message.text && <Text text={message.text} />}
        </>
      );
    default:
      return <UnsupportedContent message={message} />;
  }
}

function Text({ text }: { text: string | undefined }) {
  if (text === undefined) return <p className="text-text-2 italic">{t("message.destroyed")}</p>;
  return (
    <p
      dir="auto"
      className={cx("text-start break-words whitespace-pre-wrap", isFewEmoji(text) && "py-1 text-[32px]/10")}
    >
      <RichText text={text} />
    </p>
  );
}

export function MessageContent({ message }: { message: Message }) {
  if (message.deletedAt) {
    return (
      <p className="flex items-center gap-1.5 text-text-2 italic">
        <Icon of={Ban} size={14} />
        {t(message.direction === "inbound" ? "message.deletedByThem" : "message.deletedByUs")}
      </p>
    );
  }
  if (message.contentDestroyedAt) return <p className="text-text-2 italic">{t("message.destroyed")}</p>;
  return (
    <>
      {message.referral && <ReferralCard referral={message.referral} />}
      <Body message={message} />
    </>
  );
}
