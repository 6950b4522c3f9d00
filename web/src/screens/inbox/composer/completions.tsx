import { useQuery } from "@tanstack/react-query";
import { useId, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import type { Conversation } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { cx } from "../../../ui/cx.ts";
import { useMembers } from "../people.ts";
import { fillReply, tokenAt } from "./completion.ts";

interface Offer {
  key: string;
  label: string;
  /** what takes the place of the token */
  text: string;
  start?: ReactNode;
  hint?: string;
}

const most = 8;

function useOffers(conversation: Conversation, isNote: boolean, query: string | undefined): Offer[] {
  const replies = useQuery({ ...queries.savedReplies(), enabled: !isNote && query !== undefined }).data?.data ?? [];
  const members = useMembers();
  if (query === undefined) return [];
  const wanted = query.toLocaleLowerCase();
  if (isNote)
    return members
      .filter(({ id, name, channelIds }) => {
        const mayLook = channelIds === null || channelIds.includes(conversation.channelId);
        return mayLook && id !== myMemberId() && name.toLocaleLowerCase().includes(wanted);
      })
      .slice(0, most)
      .map(({ id, name }) => ({
        ...{ key: id, label: name, text: `@${name} ` },
        start: <Avatar name={name} seed={id} size={18} />,
      }));
  const rank = (shortcut: string): number => (shortcut.startsWith(wanted) ? 0 : 1);
  return replies
    .filter(({ shortcut, text }) => shortcut.includes(wanted) || text.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a.shortcut) - rank(b.shortcut))
    .slice(0, most)
    .map(({ id, shortcut, text }) => {
      const filled = fillReply(text, conversation.contact.name);
      return { key: id, label: `/${shortcut}`, text: filled, hint: filled };
    });
}

/**
 * Saved replies after `/` in an answer, colleagues after `@` in a note: a list above the field. Arrows move, Enter or Tab chooses,
 * Escape closes until something else is typed.
 */
export function useCompletions({
  conversation,
  isNote,
  text,
  field,
  put,
}: {
  conversation: Conversation;
  isNote: boolean;
  text: string;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Puts a text in the place of what stands between two positions of the field. */
  put: (text: string, from: number, to: number) => void;
}) {
  const id = useId();
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const token = tokenAt(text, caret, isNote ? "@" : "/");
  const offers = useOffers(conversation, isNote, closedFor === text ? undefined : token?.query);
  const isOpen = token !== null && offers.length > 0;
  const at = Math.min(active, offers.length - 1);
  const choose = (offer: Offer | undefined): void => {
    if (!offer || !token) return;
    setActive(0);
    put(offer.text, token.from, token.to);
  };
  /** Whether the key was the list's. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.nativeEvent.isComposing) return false;
    if (event.key === "ArrowDown") setActive((at + 1) % offers.length);
    else if (event.key === "ArrowUp") setActive((at + offers.length - 1) % offers.length);
    else if ((event.key === "Enter" && !event.metaKey && !event.ctrlKey) || event.key === "Tab") choose(offers[at]);
    else if (event.key === "Escape") setClosedFor(text);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = isOpen && (
    <ul
      id={id}
      role="listbox"
      aria-label={t(isNote ? "composer.colleagues" : "composer.replies")}
      className="absolute inset-x-0 bottom-full z-20 mb-1.5 max-h-72 overflow-y-auto rounded-panel border border-line bg-surface p-1 shadow-raised"
    >
      {offers.map((offer, index) => (
        <li
          key={offer.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onPointerMove={() => setActive(index)}
          // the field keeps the focus
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(offer)}
          className={cx(
            "flex min-h-8 items-center gap-2.5 rounded-control px-2 py-1 pointer-coarse:min-h-11",
            index === at && "bg-hover",
          )}
        >
          {offer.start}
          <bdi className="max-w-40 shrink-0 truncate font-medium">{offer.label}</bdi>
          {offer.hint && (
            <span dir="auto" className="text-match min-w-0 grow truncate text-text-2">
              {offer.hint}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
  const fieldProps = {
    onSelect: () => setCaret(field.current?.selectionStart ?? 0),
    "aria-autocomplete": "list" as const,
    ...(isOpen ? { "aria-controls": id, "aria-activedescendant": `${id}-${at}` } : {}),
  };
  return { list, fieldProps, onKeyDown };
}
