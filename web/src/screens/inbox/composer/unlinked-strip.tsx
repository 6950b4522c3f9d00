import { Link } from "@tanstack/react-router";
import type { Conversation } from "../../../api.ts";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { useChannel } from "../people.ts";

/** Above the field of a channel whose phone is not linked: what is sent now waits for it, and fails after the operator's hours. */
export function UnlinkedStrip({ conversation }: { conversation: Conversation }) {
  const channel = useChannel(conversation.channelId);
  if (!channel?.hasSession || channel.status === "connected") return null;
  return (
    <p role="status" className="px-3.5 pt-2 text-meta text-ochre">
      {t("composer.unlinked", { name: channel.name })}{" "}
      <Link {...links.channel(channel.id)} className="underline">
        {t("composer.unlinked.open")}
      </Link>
    </p>
  );
}
