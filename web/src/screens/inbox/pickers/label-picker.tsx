import Check from "lucide-react/icons/check";
import Plus from "lucide-react/icons/plus";
import type { ReactElement } from "react";
import type { Conversation } from "../../../api.ts";
import { t } from "../../../text.ts";
import { ChoiceList } from "../../../ui/choice-list.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { createAndAddLabel, toggleLabel } from "../commands/change.ts";
import { openPicker, useOpenPicker } from "../commands/pickers.ts";
import { labelColor, useLabels } from "../people.ts";

/** Stays open while labels are put on and taken off. */
export function LabelPicker({ conversation, trigger }: { conversation: Conversation; trigger: ReactElement }) {
  const isOpen = useOpenPicker() === "label";
  const labels = useLabels();
  return (
    <Popover
      label={t("conversation.label")}
      isOpen={isOpen}
      onOpenChange={(open) => openPicker(open ? "label" : null)}
      align="end"
      trigger={trigger}
    >
      <ChoiceList
        searchLabel={t("conversation.addLabel")}
        emptyText={t("conversation.noMatch")}
        choices={labels.map((label) => {
          const isChosen = conversation.labels.includes(label.id);
          return {
            key: label.id,
            label: label.name,
            start: (
              <span
                aria-hidden
                className="size-2 shrink-0 rounded-full"
                style={{ background: labelColor[label.color] }}
              />
            ),
            isChosen,
            end: isChosen && <Icon of={Check} className="text-ink" />,
            run: () => void toggleLabel(conversation, label.id),
          };
        })}
        extra={(typed) =>
          labels.some((label) => label.name.toLocaleLowerCase() === typed.toLocaleLowerCase())
            ? null
            : {
                key: "new",
                label: t("conversation.newLabel", { name: typed }),
                start: <Icon of={Plus} className="text-text-2" />,
                run: () => {
                  openPicker(null);
                  void createAndAddLabel(conversation, typed);
                },
              }
        }
      />
    </Popover>
  );
}
