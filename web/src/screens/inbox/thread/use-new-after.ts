import { useRef, useState } from "react";
import type { Conversation } from "../../../api.ts";

/** The last message seen before this visit; kept while the conversation stays open, though it is read meanwhile. */
export function useNewAfter(
  conversation: Conversation,
  messages: readonly { id: string; direction: string }[],
): string | null {
  const [unread] = useState(conversation.unreadCount);
  const found = useRef<string | null>(null);
  const newest = useRef<string | null>(null);
  if (unread > 0 && found.current === null && messages.length > 0) {
    // counted from the newest of the first look: what comes later is not among the unread
    newest.current ??= messages[0]?.id ?? null;
    const start = messages.findIndex((message) => message.id === newest.current);
    let left = unread;
    for (const message of messages.slice(Math.max(0, start))) {
      if (left === 0) {
        found.current = message.id;
        break;
      }
      if (message.direction === "inbound") left -= 1;
    }
  }
  return found.current;
}
