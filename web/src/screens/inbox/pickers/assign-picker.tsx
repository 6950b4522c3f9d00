import Check from "lucide-react/icons/check";
import UserX from "lucide-react/icons/user-x";
import type { ReactElement } from "react";
import type { Conversation } from "../../../api.ts";
import { myMemberId } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { ChoiceList } from "../../../ui/choice-list.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { assign } from "../commands/change.ts";
import { openPicker, useOpenPicker } from "../commands/pickers.ts";
import { useMembers } from "../people.ts";

export function AssignPicker({ conversation, trigger }: { conversation: Conversation; trigger: ReactElement }) {
  const isOpen = useOpenPicker() === "assign";
  const members = useMembers();
  const mine = myMemberId();
  const choose = (id: string | null, name: string | null): void => {
    openPicker(null);
    void assign(conversation, id, name);
  };
  const sorted = [...members].sort(
    (a, b) => Number(b.id === mine) - Number(a.id === mine) || a.name.localeCompare(b.name),
  );
  return (
    <Popover
      label={t("conversation.assignTo")}
      isOpen={isOpen}
      onOpenChange={(open) => openPicker(open ? "assign" : null)}
      align="end"
      trigger={trigger}
    >
      <ChoiceList
        searchLabel={t("conversation.assignTo")}
        emptyText={t("conversation.noMatch")}
        choices={[
          ...sorted.map((member) => ({
            key: member.id,
            label: member.id === mine ? `${member.name} (${t("conversation.you")})` : member.name,
            start: <Avatar name={member.name} seed={member.id} size={18} />,
            isChosen: conversation.assignee?.id === member.id,
            end: conversation.assignee?.id === member.id && <Icon of={Check} className="text-ink" />,
            run: () => choose(member.id, member.name),
          })),
          ...(conversation.assignee
            ? [
                {
                  key: "nobody",
                  label: t("conversation.nobody"),
                  start: <Icon of={UserX} className="mx-px text-text-2" />,
                  run: () => choose(null, null),
                },
              ]
            : []),
        ]}
      />
    </Popover>
  );
}
