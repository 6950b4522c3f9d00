import { useNavigate } from "@tanstack/react-router";
import type { Conversation } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { useCommands } from "../../../commands.ts";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { runToastAction } from "../../../ui/toast.tsx";
import { neighbour, useFilters } from "../filters.ts";
import { useMember } from "../people.ts";
import { assign, keptUnread, markRead, setStatus } from "./change.ts";
import { openPicker } from "./pickers.ts";

export function useConversationCommands(
  conversation: Conversation,
  screen: { toggleContext: () => void; close: () => void },
): void {
  const navigate = useNavigate();
  const filters = useFilters();
  const me = useMember(myMemberId());
  const group = t("group.conversation");
  const isResolved = conversation.status === "resolved";
  useCommands([
    {
      id: "conversation.resolve",
      label: t(isResolved ? "conversation.reopen" : "conversation.resolve"),
      group,
      keys: "e",
      run: () => void setStatus(conversation, isResolved ? "open" : "resolved"),
    },
    {
      id: "conversation.resolveNext",
      label: t("conversation.resolveNext"),
      group,
      keys: "shift+e",
      run: () => {
        const next = neighbour(filters, conversation.id, 1) ?? neighbour(filters, conversation.id, -1);
        void setStatus(conversation, "resolved");
        void navigate(
          next && next.id !== conversation.id ? links.conversation(next.id, filters) : links.inbox(filters),
        );
      },
    },
    { id: "conversation.assign", label: t("conversation.assignTo"), group, keys: "a", run: () => openPicker("assign") },
    {
      id: "conversation.assignMe",
      label: t("conversation.assignMe"),
      group,
      keys: "i",
      run: () => me && void assign(conversation, me.id, me.name),
    },
    {
      id: "conversation.snooze",
      label: t("conversation.snoozeUntil"),
      group,
      keys: "h",
      run: () => openPicker("snooze"),
    },
    { id: "conversation.label", label: t("conversation.addLabel"), group, keys: "l", run: () => openPicker("label") },
    {
      id: "conversation.unread",
      label: t("conversation.unread"),
      group,
      keys: "u",
      run: () => {
        keptUnread.add(conversation.id);
        void markRead(conversation, Math.max(1, conversation.unreadCount));
      },
    },
    {
      id: "conversation.context",
      label: t("conversation.details"),
      group,
      keys: "mod+.",
      worksInFields: true,
      run: screen.toggleContext,
    },
    { id: "conversation.close", label: t("conversation.close"), group, keys: "esc", run: screen.close },
    { id: "app.undo", label: t("app.undo"), group: t("group.app"), keys: "z", run: () => void runToastAction() },
  ]);
}
