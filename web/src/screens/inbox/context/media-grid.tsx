import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import FileText from "lucide-react/icons/file-text";
import Mic from "lucide-react/icons/mic";
import Play from "lucide-react/icons/play";
import type { Attachment, Message } from "../../../api.ts";
import { Link } from "@tanstack/react-router";
import { links } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useFilters } from "../filters.ts";
import { kindName } from "../preview.ts";

const most = 12;

/** The latest media of the loaded part of the thread; a click shows each where it was sent. */
export function MediaGrid({ conversationId }: { conversationId: string }) {
  const pages = useInfiniteQuery({ ...queries.messages(conversationId), enabled: false }).data?.pages ?? [];
  const filters = useFilters();
  const found: { message: Message; attachment: Attachment }[] = [];
  for (const page of pages) {
    for (const message of page.data) {
      if (message.deletedAt) continue;
      for (const attachment of message.attachments)
        if (attachment.state === "stored") found.push({ message, attachment });
    }
  }
  if (found.length === 0) return <p className="text-text-2">{t("context.noMedia")}</p>;
  return (
    <ul className="grid grid-cols-4 gap-1">
      {found.slice(0, most).map(({ message, attachment }) => (
        <li key={attachment.id}>
          <Link
            {...links.conversation(conversationId, { ...filters, message: message.id })}
            aria-label={attachment.fileName ?? message.text ?? kindName(attachment.kind)}
            title={attachment.fileName ?? undefined}
            className="flex aspect-square items-center justify-center overflow-hidden rounded-control bg-sunken text-text-2 hover:opacity-85"
          >
            <Thumb attachment={attachment} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Thumb({ attachment }: { attachment: Attachment }) {
  const isPicture = attachment.kind === "image" || attachment.kind === "sticker";
  const link = useQuery({ ...queries.mediaLink(attachment.id), enabled: isPicture });
  if (isPicture && link.data)
    return <img src={link.data.url} alt="" loading="lazy" className="size-full object-cover" />;
  if (isPicture) return null;
  return <Icon of={attachment.kind === "document" ? FileText : attachment.kind === "video" ? Play : Mic} size={20} />;
}
