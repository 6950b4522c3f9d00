import AlarmClock from "lucide-react/icons/alarm-clock";
import Check from "lucide-react/icons/check";
import MailOpen from "lucide-react/icons/mail-open";
import Tag from "lucide-react/icons/tag";
import UserPlus from "lucide-react/icons/user-plus";
import X from "lucide-react/icons/x";
import { useState, type ReactNode } from "react";
import type { Conversation } from "../../../api.ts";
import { findConversation } from "../../../cache.ts";
import { useCommands } from "../../../commands.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import type { IconType } from "../../../ui/icon.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { changeMany } from "../commands/change-many.ts";
import { AssignChoices } from "../pickers/assign-picker.tsx";
import { LabelChoices } from "../pickers/label-picker.tsx";
import { SnoozeChoices } from "../pickers/snooze-picker.tsx";
import { clearSelection, selectAll, useSelection } from "./selection.ts";

type PickerName = "assign" | "label" | "snooze";

/** What can be done with the conversations that are picked; stands where the list's header was. `order`: the list as loaded. */
export function BulkBar({ order }: { order: readonly string[] }) {
  const { ids } = useSelection();
  const [open, setOpen] = useState<PickerName | null>(null);
  const picked = [...ids].map(findConversation).filter((one) => one !== undefined);
  const n = picked.length;
  const isEmpty = n === 0;

  /** What takes conversations out of the list ends the picking. */
  const run = (change: Promise<boolean>): void => {
    setOpen(null);
    void change.then((isDone) => isDone && clearSelection());
  };
  const wasOpen = ({ status }: Conversation): boolean => status === "open";
  const reopen = { of: wasOpen, change: { status: "open" } } as const;
  const resolve = (): void => {
    if (!isEmpty) run(changeMany(picked, { status: "resolved" }, t("bulk.resolved", { n }), reopen));
  };
  const markRead = (): void => {
    if (!isEmpty) run(changeMany(picked, { isRead: true }, t("bulk.read", { n })));
  };
  const pick = (name: PickerName): void => {
    if (!isEmpty) setOpen(name);
  };
  const group = t("group.list");
  useCommands([
    { id: "bulk.resolve", label: t("bulk.resolve"), group, keys: "e", run: resolve },
    { id: "bulk.assign", label: t("bulk.assign"), group, keys: "a", run: () => pick("assign") },
    { id: "bulk.label", label: t("bulk.addLabel"), group, keys: "l", run: () => pick("label") },
    { id: "bulk.snooze", label: t("bulk.snooze"), group, keys: "h", run: () => pick("snooze") },
    { id: "bulk.read", label: t("bulk.markRead"), group, keys: "shift+u", run: markRead },
    { id: "bulk.clear", label: t("bulk.clear"), group, keys: "esc", run: clearSelection },
  ]);

  const [first] = picked;
  const sameAssignee = picked.every((one) => one.assignee?.id === first?.assignee?.id);
  const hasLabel = (labelId: string): boolean => !isEmpty && picked.every((one) => one.labels.includes(labelId));
  const picker = (name: PickerName, icon: IconType, label: string, keys: string, children: ReactNode) => (
    <Popover
      label={label}
      isOpen={open === name}
      onOpenChange={(isOpen) => setOpen(isOpen ? name : null)}
      trigger={<IconButton icon={icon} label={label} keys={keys} disabled={isEmpty} />}
    >
      {children}
    </Popover>
  );
  return (
    <div role="toolbar" aria-label={t("bulk.bar")} className="flex flex-col gap-2 border-b border-line px-3 pt-3 pb-2">
      <h1 className="sr-only">{t("nav.inbox")}</h1>
      <div className="flex h-8 items-center gap-1">
        <IconButton icon={X} label={t("bulk.clear")} keys="esc" onClick={clearSelection} />
        <p role="status" className="tabular min-w-0 grow truncate font-medium">
          {t("bulk.count", { n })}
        </p>
        <Button look="quiet" onClick={() => selectAll(order)}>
          {t("bulk.all")}
        </Button>
      </div>
      <div className="flex h-8 items-center gap-1">
        <IconButton icon={Check} label={t("bulk.resolve")} keys="e" disabled={isEmpty} onClick={resolve} />
        {picker(
          "assign",
          UserPlus,
          t("bulk.assign"),
          "a",
          <AssignChoices
            assigneeId={sameAssignee ? (first?.assignee?.id ?? null) : undefined}
            onChoose={(assigneeId, name) =>
              run(
                changeMany(
                  picked,
                  { assigneeId },
                  name === null ? t("bulk.unassigned", { n }) : t("bulk.assigned", { n, name }),
                ),
              )
            }
          />,
        )}
        {picker(
          "label",
          Tag,
          t("bulk.addLabel"),
          "l",
          <LabelChoices
            isChosen={hasLabel}
            onToggle={(id) =>
              void changeMany(
                picked,
                hasLabel(id) ? { removeLabels: [id] } : { addLabels: [id] },
                t(hasLabel(id) ? "bulk.unlabelled" : "bulk.labelled", { n }),
              )
            }
          />,
        )}
        {picker(
          "snooze",
          AlarmClock,
          t("bulk.snooze"),
          "h",
          <SnoozeChoices
            onChoose={(at, words) =>
              run(
                changeMany(
                  picked,
                  { status: "snoozed", snoozedUntil: at?.toISOString() ?? null },
                  t("bulk.snoozed", { n, until: words }),
                  reopen,
                ),
              )
            }
          />,
        )}
        <IconButton icon={MailOpen} label={t("bulk.markRead")} keys="shift+u" disabled={isEmpty} onClick={markRead} />
      </div>
    </div>
  );
}
