import { memo } from "react";
import type { Conversation, Message } from "../../../api.ts";
import { t, type TextKey } from "../../../text.ts";
import { clockTime, dayName, exactTime } from "../../../time.ts";
import { MessageBubble } from "./message-bubble.tsx";
import { NoteRow } from "./note-row.tsx";
import { PendingBubble } from "./pending-bubble.tsx";
import type { ThreadItem } from "./thread-items.ts";

export const ThreadRow = memo(function ThreadRow({
  item,
  conversation,
  isMarked,
}: {
  item: ThreadItem;
  conversation: Conversation;
  isMarked: boolean;
}) {
  switch (item.kind) {
    case "day":
      return (
        <div
          role="separator"
          aria-label={dayName(item.at)}
          className="flex items-center gap-3 py-3 text-meta text-text-2"
        >
          <span className="h-px grow bg-line" />
          {dayName(item.at)}
          <span className="h-px grow bg-line" />
        </div>
      );
    case "new":
      return (
        <div role="separator" className="flex items-center gap-3 py-2 text-meta font-medium text-ink">
          <span className="h-px grow bg-ink/40" />
          {t("thread.new")}
          <span className="h-px grow bg-ink/40" />
        </div>
      );
    case "line":
      return <SystemLine message={item.message} />;
    case "note":
      return <NoteRow note={item.note} />;
    case "pending":
      return <PendingBubble send={item.send} opens={item.opens} closes={item.closes} />;
    case "message":
      return (
        <MessageBubble
          message={item.message}
          conversation={conversation}
          opens={item.opens}
          closes={item.closes}
          isMarked={isMarked}
        />
      );
  }
});

const systemTexts: Record<string, TextKey> = {
  user_changed_number: "system.changedNumber",
  customer_changed_number: "system.changedNumber",
  user_changed_user_id: "system.changedId",
  customer_identity_changed: "system.identityChanged",
};

/** A line about the conversation: what the network said, else what kind of notice it is. */
function SystemLine({ message }: { message: Message }) {
  const known = systemTexts[message.system?.kind ?? ""];
  const at = message.sentAt ?? message.receivedAt;
  return (
    <p className="py-1.5 text-center text-meta text-text-2">
      <bdi>{message.system?.text ?? (known ? t(known) : t("kind.system"))}</bdi>{" "}
      <time dateTime={at} title={exactTime(at)} className="tabular">
        {clockTime(at)}
      </time>
    </p>
  );
}
