import { api, type Message } from "../../../api.ts";
import { putMessage } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { toast } from "../../../ui/toast.tsx";

export const quickReactions = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

/** A reaction of the team's: from a member or an integration rather than from a contact. */
export function isOurs(reaction: { from: string }): boolean {
  return !reaction.from.startsWith("con_");
}

/** Sets or takes back our reaction; shown at once, put back when the server refuses. */
export function react(message: Message, emoji: string | null, memberId: string | undefined): void {
  const others = message.reactions.filter((reaction) => !isOurs(reaction));
  const ours = emoji === null ? [] : [{ emoji, from: memberId ?? "me", at: new Date().toISOString() }];
  putMessage({ ...message, reactions: [...others, ...ours] });
  api
    .send(
      { conversationId: message.conversationId, type: "reaction", reaction: { messageId: message.id, emoji } },
      crypto.randomUUID(),
    )
    .catch(() => {
      putMessage(message);
      toast({
        text: t("reaction.failed"),
        tone: "danger",
        action: { label: t("app.retry"), run: () => react(message, emoji, memberId) },
      });
    });
}
