import Reply from "lucide-react/icons/reply";
import SmilePlus from "lucide-react/icons/smile-plus";
import { lazy, Suspense, useState } from "react";
import type { Message } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { isOurs, quickReactions, react } from "../commands/react.ts";
import { setDraft } from "../composer/drafts.ts";
import { ChangeMenu } from "./change-menu.tsx";

const EmojiPicker = lazy(() => import("../composer/emoji-picker.tsx").then((part) => ({ default: part.EmojiPicker })));

/** Stands beside a bubble on hover and focus; on touch screens above the one that was tapped. */
export function MessageActions({ message }: { message: Message }) {
  const [isOpen, setOpen] = useState(false);
  const [showAll, setShowAll] = useState(false);
  const [isChanging, setChanging] = useState(false);
  const canAnswer = !message.deletedAt && message.status !== "failed" && message.status !== "queued";
  if (!canAnswer) return null;
  const choose = (emoji: string): void => {
    setOpen(false);
    const mine = message.reactions.find((reaction) => isOurs(reaction));
    react(message, mine?.emoji === emoji ? null : emoji, myMemberId());
  };
  return (
    <div
      className={cx(
        "flex shrink-0 self-center transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100",
        // A finger taps the message first; what it cannot see must not take the tap.
        "pointer-coarse:absolute pointer-coarse:end-2 pointer-coarse:-top-5 pointer-coarse:z-1 pointer-coarse:rounded-panel pointer-coarse:border pointer-coarse:border-line pointer-coarse:bg-surface pointer-coarse:shadow-raised pointer-coarse:not-group-focus-within/message:hidden",
        !isOpen && !isChanging && "opacity-0",
      )}
    >
      <IconButton
        icon={Reply}
        label={t("message.reply")}
        size="small"
        className="rtl:*:-scale-x-100"
        onClick={() => setDraft(message.conversationId, { replyTo: message.id, mode: "reply", focusAt: Date.now() })}
      />
      <Popover
        isOpen={isOpen}
        onOpenChange={(open) => {
          setOpen(open);
          if (open) setShowAll(false);
        }}
        label={t("message.react")}
        side="top"
        align="center"
        trigger={
          <button
            type="button"
            aria-label={t("message.react")}
            className="flex size-7 items-center justify-center rounded-control text-text-2 hover:bg-hover hover:text-text pointer-coarse:size-9"
          >
            <SmilePlus size={16} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        {showAll ? (
          <Suspense>
            <EmojiPicker onChoose={choose} />
          </Suspense>
        ) : (
          <div className="flex">
            {quickReactions.map((emoji) => (
              <button
                key={emoji}
                type="button"
                aria-label={emoji}
                onClick={() => choose(emoji)}
                className="flex size-9 items-center justify-center rounded-control text-[20px] hover:bg-hover"
              >
                {emoji}
              </button>
            ))}
            <button
              type="button"
              onClick={() => setShowAll(true)}
              className="rounded-control px-2 text-meta text-text-2 hover:bg-hover"
            >
              {t("message.moreEmoji")}
            </button>
          </div>
        )}
      </Popover>
      <ChangeMenu message={message} onOpenChange={setChanging} />
    </div>
  );
}
