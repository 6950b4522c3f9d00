import { api, type Conversation, type ConversationsChange } from "../../../api.ts";
import { putConversation } from "../../../cache.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { toast } from "../../../ui/toast.tsx";

type Change = Omit<ConversationsChange, "ids">;

/** One request for all of them: they change together or not at all. `back` takes it back for those that it changed. */
export async function changeMany(
  conversations: readonly Conversation[],
  change: Change,
  words: string,
  undo?: { of: (conversation: Conversation) => boolean; change: Change },
): Promise<boolean> {
  try {
    const { data } = await api.changeConversations({ ids: conversations.map(({ id }) => id), ...change });
    for (const conversation of data) putConversation(conversation);
    void queryClient.invalidateQueries(queries.counts());
    const back = undo ? conversations.filter(undo.of) : [];
    toast({
      text: words,
      ...(undo && back.length > 0
        ? {
            action: {
              label: t("app.undo"),
              run: () => void changeMany(back, undo.change, t("bulk.undone", { n: back.length })),
            },
          }
        : {}),
    });
    return true;
  } catch (error) {
    toast({ text: error instanceof Error && error.message ? error.message : t("change.failed"), tone: "danger" });
    return false;
  }
}
