import { useRef, useState } from "react";
import type { Conversation } from "../../../api.ts";

/** The last message seen before this visit; kept while the conversation stays open, though it is read meanwhile. */
export function useNewAfter(
  conversation: Conversation,
  messages: readonly { id: string; direction: string }[],
): string | null {
  const [unread] = useState(conversation.unreadCount);
  const found = useRef<string | null>(null);
  if (unread > 0 && found.current === null && messages.length > 0) {
    let left = unread;
    for (const message of messages) {
      if (left === 0) {
        found.current = message.id;
        break;
      }
      if (message.direction === "inbound") left -= 1;
    }
  }
  return found.current;
}
