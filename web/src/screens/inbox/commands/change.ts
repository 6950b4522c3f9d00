import { api, type Conversation, type ConversationChange } from "../../../api.ts";
import { putConversation } from "../../../cache.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { toast } from "../../../ui/toast.tsx";

/** Shows a change at once, then asks the server; puts it back with a word when the server refuses. */
async function apply(
  conversation: Conversation,
  shown: Partial<Conversation>,
  change: ConversationChange,
): Promise<boolean> {
  putConversation({ ...conversation, ...shown });
  try {
    putConversation(await api.changeConversation(conversation.id, change));
    void queryClient.invalidateQueries(queries.counts());
    return true;
  } catch (error) {
    putConversation(conversation);
    toast({
      text: error instanceof Error && error.message ? error.message : t("change.failed"),
      tone: "danger",
      action: { label: t("app.retry"), run: () => void apply(conversation, shown, change) },
    });
    return false;
  }
}

export async function setStatus(conversation: Conversation, status: "open" | "resolved"): Promise<void> {
  const before = conversation.status;
  if (before === status || !(await apply(conversation, { status, snoozedUntil: null }, { status }))) return;
  const back = { ...conversation, status };
  toast({
    text: t(status === "resolved" ? "change.resolved" : "change.reopened"),
    action: {
      label: t("app.undo"),
      run: () =>
        void apply(
          back,
          { status: before },
          { status: before, ...(before === "snoozed" ? { snoozedUntil: conversation.snoozedUntil } : {}) },
        ),
    },
  });
}

export async function snooze(conversation: Conversation, until: Date | null, words: string): Promise<void> {
  const snoozedUntil = until?.toISOString() ?? null;
  if (!(await apply(conversation, { status: "snoozed", snoozedUntil }, { status: "snoozed", snoozedUntil }))) return;
  toast({
    text: t("change.snoozed", { until: words }),
    action: {
      label: t("app.undo"),
      run: () =>
        void apply({ ...conversation, status: "snoozed" }, { status: "open", snoozedUntil: null }, { status: "open" }),
    },
  });
}

export async function assign(conversation: Conversation, memberId: string | null, name: string | null): Promise<void> {
  const before = conversation.assignee?.id ?? null;
  const assignee = memberId === null ? null : { id: memberId };
  if (before === memberId || !(await apply(conversation, { assignee }, { assigneeId: memberId }))) return;
  toast({
    text: name === null ? t("change.unassigned") : t("change.assigned", { name }),
    action: {
      label: t("app.undo"),
      run: () => void apply({ ...conversation, assignee }, { assignee: conversation.assignee }, { assigneeId: before }),
    },
  });
}

export async function toggleLabel(conversation: Conversation, labelId: string): Promise<void> {
  const has = conversation.labels.includes(labelId);
  const labels = has ? conversation.labels.filter((one) => one !== labelId) : [...conversation.labels, labelId];
  await apply(conversation, { labels }, has ? { removeLabels: [labelId] } : { addLabels: [labelId] });
}

export async function createAndAddLabel(conversation: Conversation, name: string): Promise<void> {
  try {
    const label = await api.createLabel(name);
    queryClient.setQueryData(queries.labels().queryKey, (page) => page && { ...page, data: [...page.data, label] });
    await apply(conversation, { labels: [...conversation.labels, label.id] }, { addLabels: [label.id] });
  } catch (error) {
    toast({ text: error instanceof Error && error.message ? error.message : t("change.failed"), tone: "danger" });
  }
}

/** Marked unread by hand: stays so until it is opened again. */
export const keptUnread = new Set<string>();

/** `unread`: how many of the latest inbound messages stay unread. */
export async function markRead(conversation: Conversation, unread = 0): Promise<void> {
  putConversation({ ...conversation, unreadCount: unread });
  try {
    putConversation(await api.markRead(conversation.id, unread));
    void queryClient.invalidateQueries(queries.counts());
  } catch {
    // Not worth a word: the next look at the conversation does it again.
  }
}
