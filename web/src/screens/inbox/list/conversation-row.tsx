import { Link } from "@tanstack/react-router";
import Check from "lucide-react/icons/check";
import Clock3 from "lucide-react/icons/clock-3";
import { memo } from "react";
import type { Conversation } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { links, type InboxFilters } from "../../../links.ts";
import { t } from "../../../text.ts";
import { exactTime, listTime, span } from "../../../time.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Badge, Count } from "../../../ui/badge.tsx";
import { cx } from "../../../ui/cx.ts";
import { ChannelGlyph } from "../../../ui/glyphs.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Preview } from "../content/template-content.tsx";
import { contactName, useChannel, useMember } from "../people.ts";
import { Ticks } from "../thread/ticks.tsx";
import { RowChannel } from "./row-channel.tsx";

const hourMs = 3_600_000;

/** Why this row needs a look, if it does: at most one chip. */
function chipOf(conversation: Conversation): { text: string; tone: "warning" | "danger" | "plain" } | null {
  if (conversation.lastMessage?.status === "failed") return { text: t("inbox.chip.failed"), tone: "danger" };
  const expiresAt = conversation.serviceWindow.expiresAt;
  const left = expiresAt ? new Date(expiresAt).getTime() - Date.now() : Infinity;
  if (conversation.status === "open" && left > 0 && left < hourMs) {
    return { text: t("inbox.chip.window", { span: span(left) }), tone: "warning" };
  }
  if (conversation.status === "snoozed" && conversation.snoozedUntil) {
    return { text: listTime(conversation.snoozedUntil), tone: "plain" };
  }
  return null;
}

/** Who wrote our last message, before its text: this person, a colleague or a system; nothing where it is not known. */
function useAuthor(last: Conversation["lastMessage"]): string | null {
  const member = useMember(last?.authorId);
  if (last?.direction !== "outbound" || last.authorId === null) return null;
  if (last.authorId === myMemberId()) return t("inbox.preview.us");
  const name = member?.name ?? (last.authorId.startsWith("key_") ? t("inbox.preview.integration") : null);
  return name && t("inbox.preview.by", { name });
}

export const ConversationRow = memo(function ConversationRow({
  conversation,
  filters,
  isSelected,
  isCompact,
  isPicked,
  onPick,
  tabIndex,
  onHover,
}: {
  conversation: Conversation;
  filters: InboxFilters;
  isSelected: boolean;
  isCompact: boolean;
  /** undefined: nothing is being picked */
  isPicked: boolean | undefined;
  onPick: (isRange: boolean) => void;
  tabIndex: 0 | -1;
  onHover: () => void;
}) {
  const channel = useChannel(conversation.channelId);
  const assignee = useMember(conversation.assignee?.id);
  const name = contactName(conversation.contact);
  const isUnread = conversation.unreadCount > 0;
  const chip = chipOf(conversation);
  const last = conversation.lastMessage;
  const author = useAuthor(last);
  const pickByTouch = isPicked !== undefined && matchMedia("(pointer: coarse)").matches;
  return (
    <>
      <Link
        {...links.conversation(conversation.id, filters)}
        data-conversation={conversation.id}
        aria-current={isSelected ? "true" : undefined}
        tabIndex={tabIndex}
        onPointerEnter={onHover}
        onClick={(event) => {
          if (!event.shiftKey && !pickByTouch) return;
          event.preventDefault();
          onPick(event.shiftKey);
        }}
        className={cx(
          "relative flex size-full items-center gap-3 border-b border-line ps-4 pe-3 transition-colors focus-visible:-outline-offset-2",
          isSelected || isPicked
            ? "bg-ink-weak before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-ink"
            : "hover:bg-hover",
        )}
      >
        <span
          className={cx(
            "flex shrink-0 group-has-[[role=checkbox]:hover]/row:invisible",
            isPicked !== undefined && "invisible",
          )}
        >
          <Avatar
            name={conversation.contact.name ?? ""}
            seed={conversation.contact.id}
            size={isCompact ? 28 : 36}
            corner={channel && <ChannelGlyph network={channel.provider} size={14} />}
          />
        </span>
        <span className="flex min-w-0 grow flex-col gap-0.5">
          <span className="flex items-baseline gap-2">
            <span className="flex min-w-0 grow items-baseline gap-1.5">
              <span dir="auto" className={cx("text-match min-w-0 truncate", isUnread && "font-semibold")}>
                {name}
              </span>
              {!filters.channel && <RowChannel id={conversation.channelId} />}
            </span>
            {!conversation.isEmpty && (
              <time
                dateTime={conversation.lastMessageAt}
                title={exactTime(conversation.lastMessageAt)}
                className={cx("tabular shrink-0 text-meta", isUnread ? "font-medium text-ink" : "text-text-2")}
              >
                {listTime(conversation.lastMessageAt)}
              </time>
            )}
          </span>
          <span className="flex h-5 items-center gap-1.5">
            {last?.direction === "outbound" && last.status !== "failed" && <Ticks status={last.status} />}
            <span className={cx("flex min-w-0 grow gap-1", isUnread ? "text-text" : "text-text-2")}>
              {author && (
                <span dir="auto" className="max-w-24 shrink-0 truncate">
                  {author}
                </span>
              )}
              <span dir="auto" className="text-match min-w-0 grow truncate">
                <Preview conversation={conversation} />
              </span>
            </span>
            {chip && (
              <Badge tone={chip.tone}>
                {chip.tone !== "danger" && <Icon of={Clock3} size={12} />}
                {chip.text}
              </Badge>
            )}
            {assignee && (
              <span title={t("inbox.assignedTo", { name: assignee.name })} className="flex">
                <Avatar name={assignee.name} seed={assignee.id} size={18} />
                <span className="sr-only">{t("inbox.assignedTo", { name: assignee.name })}</span>
              </span>
            )}
            <Count value={conversation.unreadCount} label={t("inbox.unread", { n: conversation.unreadCount })} />
          </span>
        </span>
      </Link>
      <button
        type="button"
        role="checkbox"
        aria-checked={isPicked === true}
        aria-label={t("bulk.select", { name })}
        tabIndex={isPicked === undefined ? -1 : tabIndex}
        onClick={(event) => onPick(event.shiftKey)}
        className={cx(
          "absolute start-4 top-1/2 flex -translate-y-1/2 items-center justify-center rounded-full border transition-colors",
          isCompact ? "size-7" : "size-9",
          isPicked ? "border-ink bg-ink text-on-ink" : "border-edge bg-surface text-transparent hover:text-text-2",
          isPicked === undefined && "opacity-0 hover:opacity-100 focus-visible:opacity-100 pointer-coarse:hidden",
        )}
      >
        <Icon of={Check} />
      </button>
    </>
  );
});
