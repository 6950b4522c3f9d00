import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Contact, Conversation } from "../../api.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Input } from "../../ui/input.tsx";
import { setDraft } from "../inbox/composer/drafts.ts";
import { contactName, useChannels } from "../inbox/people.ts";
import { problemText } from "../shell/problem-text.ts";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { useOpenConversation } from "./open-conversation.ts";
import { ChannelName, isConnected, useReach, useWhyNot } from "./write-button.tsx";

const rowStyle =
  "flex min-h-11 w-full items-center gap-3 rounded-control px-2 py-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2";

/** A phone number as people type it, with its country; what is no number finds contacts by name. */
const isNumber = (text: string): boolean =>
  /^\+[\d\s().-]+$/.test(text) && /^\d{7,15}$/.test(text.replaceAll(/\D/g, ""));

/** Whom to write to: a contact, or a number that is nobody's yet; then on which channel, where several will do. */
export function NewMessageDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<Contact | string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("inbox.new")}
      description={chosen === null ? t("newMessage.hint") : undefined}
      closeLabel={t("app.close")}
    >
      {chosen === null ? (
        <div className="flex flex-col gap-3">
          <Input
            autoFocus
            type="search"
            value={text}
            aria-label={t("newMessage.search")}
            placeholder={t("newMessage.search")}
            onChange={(event) => setText(event.target.value)}
          />
          <Found q={q} onChoose={setChosen} />
        </div>
      ) : typeof chosen === "string" ? (
        <ToNumber number={chosen} onBack={() => setChosen(null)} onDone={onClose} />
      ) : (
        <ToContact contact={chosen} onBack={() => setChosen(null)} onDone={onClose} />
      )}
    </Dialog>
  );
}

function Found({ q, onChoose }: { q: string; onChoose: (chosen: Contact | string) => void }) {
  const list = useInfiniteQuery(queries.contacts(q || undefined));
  if (list.isPending) return <SkeletonRows count={4} />;
  if (list.isError) return <QueryError error={list.error} onRetry={() => void list.refetch()} />;
  const contacts = list.data.pages[0]?.data ?? [];
  const isNew = isNumber(q) && contacts.length === 0 && !list.isPlaceholderData;
  return (
    <ul aria-label={t("nav.contacts")} className="-mx-2 max-h-72 overflow-y-auto">
      {contacts.map((contact) => (
        <li key={contact.id}>
          <button type="button" className={rowStyle} onClick={() => onChoose(contact)}>
            <Avatar name={contact.name ?? ""} seed={contact.id} size={28} />
            <span dir="auto" className="text-match min-w-0 grow truncate">
              {contactName(contact)}
            </span>
            {contact.name !== null && (
              <span dir="ltr" className="tabular max-w-40 shrink-0 truncate text-meta text-text-2">
                {(contact.identities.find((one) => one.kind === "phone") ?? contact.identities[0])?.value}
              </span>
            )}
          </button>
        </li>
      ))}
      {isNew && (
        <li>
          <button type="button" className={rowStyle} onClick={() => onChoose(q)}>
            {t("newMessage.number", { number: `\u2066${q}\u2069` })}
          </button>
        </li>
      )}
      {contacts.length === 0 && !isNew && <li className="px-2 py-2 text-text-2">{t("newMessage.none")}</li>}
    </ul>
  );
}

interface Next {
  onBack: () => void;
  onDone: () => void;
}

function ToContact({ contact, ...next }: { contact: Contact } & Next) {
  const reach = useReach(contact.id);
  const whyNot = useWhyNot(contact, reach);
  if (reach === undefined) return <SkeletonRows count={1} />;
  return (
    <ChooseChannel
      {...next}
      name={contactName(contact)}
      channels={reach}
      whyNot={whyNot}
      target={{ contactId: contact.id }}
    />
  );
}

function ToNumber({ number, ...next }: { number: string } & Next) {
  const listed = useQuery(queries.channels());
  const channels = useChannels().filter(isConnected);
  const whyNot = useWhyNot({ isGroup: false, restrictedAt: null }, channels);
  if (listed.isPending) return <SkeletonRows count={1} />;
  return (
    <ChooseChannel
      {...next}
      name={`\u2066${number}\u2069`}
      channels={channels}
      whyNot={whyNot}
      target={{ to: number }}
    />
  );
}

/** The only channel is taken without a question. */
function ChooseChannel({
  name,
  channels,
  whyNot,
  target,
  onBack,
  onDone,
}: {
  name: string;
  channels: ReturnType<typeof useChannels>;
  whyNot: string | undefined;
  target: { contactId: string } | { to: string };
} & Next) {
  const open = useOpenConversation();
  const write = (channelId: string): void => {
    const onSuccess = ({ id }: Conversation): void => {
      onDone();
      // the dialog gives the focus back when it closes; then the composer takes it
      setTimeout(() => setDraft(id, { focusAt: Date.now() }));
    };
    open.mutate({ ...target, channelId }, { onSuccess });
  };
  const only = whyNot === undefined && channels.length === 1 ? channels[0]?.id : undefined;
  useEffect(() => {
    if (only !== undefined) write(only);
    // Once, when the channels are known.
  }, [only]);
  const problem = whyNot ?? (open.isError ? problemText(open.error) : undefined);
  return (
    <div className="flex flex-col gap-3">
      <p dir="auto" className="text-match font-medium">
        {name}
      </p>
      {problem !== undefined && (
        <p role="alert" className="text-text-2">
          {problem}
        </p>
      )}
      {whyNot === undefined && only === undefined && (
        <>
          <p id="new-message-channel" className="text-text-2">
            {t("contact.write.on")}
          </p>
          <ul aria-labelledby="new-message-channel" className="-mx-2">
            {channels.map((channel) => (
              <li key={channel.id}>
                <button type="button" className={rowStyle} disabled={open.isPending} onClick={() => write(channel.id)}>
                  <ChannelName channel={channel} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {only !== undefined && open.isPending && <SkeletonRows count={1} />}
      <Button className="self-start" onClick={onBack}>
        {t("app.back")}
      </Button>
    </div>
  );
}
