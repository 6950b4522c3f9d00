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
  return (
    <Popover
      label={t("conversation.label")}
      isOpen={isOpen}
      onOpenChange={(open) => openPicker(open ? "label" : null)}
      align="end"
      trigger={trigger}
    >
      <LabelChoices
        isChosen={(id) => conversation.labels.includes(id)}
        onToggle={(id) => void toggleLabel(conversation, id)}
        onNew={(name) => {
          openPicker(null);
          void createAndAddLabel(conversation, name);
        }}
      />
    </Popover>
  );
}

export function LabelChoices({
  isChosen,
  onToggle,
  onNew,
}: {
  isChosen: (labelId: string) => boolean;
  onToggle: (labelId: string) => void;
  /** Makes one of that name; without it only those that are there can be chosen. */
  onNew?: (name: string) => void;
}) {
  const labels = useLabels();
  const isKnown = (typed: string): boolean =>
    labels.some((label) => label.name.toLocaleLowerCase() === typed.toLocaleLowerCase());
  return (
    <ChoiceList
      searchLabel={t("conversation.addLabel")}
      emptyText={t("conversation.noMatch")}
      choices={labels.map((label) => ({
        key: label.id,
        label: label.name,
        start: (
          <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: labelColor[label.color] }} />
        ),
        isChosen: isChosen(label.id),
        end: isChosen(label.id) && <Icon of={Check} className="text-ink" />,
        run: () => onToggle(label.id),
      }))}
      extra={(typed) =>
        !onNew || isKnown(typed)
          ? null
          : {
              key: "new",
              label: t("conversation.newLabel", { name: typed }),
              start: <Icon of={Plus} className="text-text-2" />,
              run: () => onNew(typed),
            }
      }
    />
  );
}
