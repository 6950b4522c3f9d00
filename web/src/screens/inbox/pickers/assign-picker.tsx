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
  return (
    <Popover
      label={t("conversation.assignTo")}
      isOpen={isOpen}
      onOpenChange={(open) => openPicker(open ? "assign" : null)}
      align="end"
      trigger={trigger}
    >
      <AssignChoices
        assigneeId={conversation.assignee?.id ?? null}
        onChoose={(id, name) => {
          openPicker(null);
          void assign(conversation, id, name);
        }}
      />
    </Popover>
  );
}

/** The team, oneself first. `assigneeId` undefined: of several conversations, which differ. */
export function AssignChoices({
  assigneeId,
  onChoose,
}: {
  assigneeId: string | null | undefined;
  onChoose: (id: string | null, name: string | null) => void;
}) {
  const members = useMembers();
  const mine = myMemberId();
  const sorted = [...members].sort(
    (a, b) => Number(b.id === mine) - Number(a.id === mine) || a.name.localeCompare(b.name),
  );
  return (
    <ChoiceList
      searchLabel={t("conversation.assignTo")}
      emptyText={t("conversation.noMatch")}
      choices={[
        ...sorted.map((member) => ({
          key: member.id,
          label: member.id === mine ? `${member.name} (${t("conversation.you")})` : member.name,
          start: <Avatar name={member.name} seed={member.id} size={18} />,
          isChosen: assigneeId === member.id,
          end: assigneeId === member.id && <Icon of={Check} className="text-ink" />,
          run: () => onChoose(member.id, member.name),
        })),
        ...(assigneeId === null
          ? []
          : [
              {
                key: "nobody",
                label: t("conversation.nobody"),
                start: <Icon of={UserX} className="mx-px text-text-2" />,
                run: () => onChoose(null, null),
              },
            ]),
      ]}
    />
  );
}
