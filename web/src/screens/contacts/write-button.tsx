import { useQuery } from "@tanstack/react-query";
import PenLine from "lucide-react/icons/pen-line";
import { useId } from "react";
import type { Channel, Contact } from "../../api.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem, MenuLabel } from "../../ui/menu.tsx";
import { useChannels } from "../inbox/people.ts";
import { problemText } from "../shell/problem-text.ts";
import { useSendingStop } from "../shell/sending-notice.tsx";
import { useCan } from "../shell/use-can.ts";
import { useOpenConversation } from "./open-conversation.ts";

/** What is sent through any other is refused. */
export const isConnected = ({ status }: Pick<Channel, "status">): boolean =>
  status !== "disconnected" && status !== "deleting";

/** The channels on which the contact can be written to; undefined while they are asked for. */
export function useReach(contactId: string): Channel[] | undefined {
  const reach = useQuery(queries.reach(contactId)).data?.data;
  const channels = useQuery(queries.channels()).data?.data;
  return channels && reach?.flatMap(({ channelId }) => channels.find(({ id }) => id === channelId) ?? []);
}

/** Why the contact cannot be written to, before anybody tries; undefined: they can. */
export function useWhyNot(
  contact: Pick<Contact, "isGroup" | "restrictedAt">,
  reach: readonly Channel[] | undefined,
): string | undefined {
  const stop = useSendingStop();
  const hasChannels = useChannels().some(isConnected);
  if (stop?.isStopped) return stop.text;
  if (contact.restrictedAt !== null) return t("contact.write.restricted");
  if (!reach || reach.length > 0) return undefined;
  if (!hasChannels) return t("contact.write.noChannel");
  return t(contact.isGroup ? "contact.write.group" : "contact.write.unreachable");
}

/** To the contact's conversation: at once where one channel reaches them, after a choice where several do. */
export function WriteButton({ contact }: { contact: Contact }) {
  const canSend = useCan("message:send");
  const reach = useReach(contact.id);
  const whyNot = useWhyNot(contact, reach);
  const open = useOpenConversation();
  const noteId = useId();
  if (!canSend) return null;
  const write = (channel: Channel): void => open.mutate({ contactId: contact.id, channelId: channel.id });
  const [only, ...others] = reach ?? [];
  const note = whyNot ?? (open.isError ? problemText(open.error) : undefined);
  const button = (
    <Button
      look="primary"
      disabled={whyNot !== undefined || !only}
      isBusy={open.isPending}
      aria-describedby={note === undefined ? undefined : noteId}
      {...(only && others.length === 0 && { onClick: () => write(only) })}
    >
      <Icon of={PenLine} />
      {t("contact.write")}
    </Button>
  );
  return (
    <div className="flex flex-col items-start gap-1 md:max-w-64 md:items-end md:text-end">
      {only && others.length > 0 && whyNot === undefined ? (
        <Menu align="end" trigger={button}>
          <MenuLabel>{t("contact.write.on")}</MenuLabel>
          {[only, ...others].map((channel) => (
            <MenuItem key={channel.id} onSelect={() => write(channel)}>
              <ChannelName channel={channel} />
            </MenuItem>
          ))}
        </Menu>
      ) : (
        button
      )}
      {note !== undefined && (
        <p id={noteId} role={open.isError ? "alert" : undefined} className="text-meta text-text-2">
          {note}
        </p>
      )}
    </div>
  );
}

export function ChannelName({ channel }: { channel: Channel }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <ChannelGlyph network={channel.provider} />
      <bdi className="truncate">{channel.name}</bdi>
    </span>
  );
}
