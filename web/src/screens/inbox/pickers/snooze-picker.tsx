import { useState, type ReactElement } from "react";
import type { Conversation } from "../../../api.ts";
import { t, type TextKey } from "../../../text.ts";
import { dayAndTime } from "../../../time.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { snooze } from "../commands/change.ts";
import { openPicker, useOpenPicker } from "../commands/pickers.ts";

/** The usual moments from now on; those that have passed today are left out. */
export function snoozeChoices(now: Date): { label: TextKey; at: Date | null }[] {
  const morning = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
  const later = new Date(now.getTime() + 3 * 3_600_000);
  // on a Sunday it is tomorrow, on a Monday in a week: said once
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ...(later.getDate() === now.getDate() ? [{ label: "snooze.later" as const, at: later }] : []),
    { label: "snooze.tomorrow", at: morning(1) },
    ...(untilMonday > 1 && untilMonday < 7 ? [{ label: "snooze.monday" as const, at: morning(untilMonday) }] : []),
    { label: "snooze.week", at: morning(7) },
    { label: "snooze.reply", at: null },
  ];
}

export function SnoozePicker({ conversation, trigger }: { conversation: Conversation; trigger: ReactElement }) {
  const isOpen = useOpenPicker() === "snooze";
  return (
    <Popover
      label={t("conversation.snoozeUntil")}
      isOpen={isOpen}
      onOpenChange={(open) => openPicker(open ? "snooze" : null)}
      align="end"
      trigger={trigger}
    >
      <SnoozeChoices
        onChoose={(at, words) => {
          openPicker(null);
          void snooze(conversation, at, words);
        }}
      />
    </Popover>
  );
}

/** `words` say until when. */
export function SnoozeChoices({ onChoose }: { onChoose: (at: Date | null, words: string) => void }) {
  const [custom, setCustom] = useState("");
  const choose = (at: Date | null): void => {
    const iso = at?.toISOString();
    onChoose(at, iso ? t("snooze.until", { at: dayAndTime(iso) }) : t("snooze.untilReply"));
  };
  return (
    <div className="w-72">
      <ul>
        {snoozeChoices(new Date()).map((choice) => (
          <li key={choice.label}>
            <button
              type="button"
              onClick={() => choose(choice.at)}
              className="flex min-h-8 w-full items-center justify-between gap-3 rounded-control px-2 text-start hover:bg-hover focus-visible:bg-hover pointer-coarse:min-h-11"
            >
              {t(choice.label)}
              {choice.at && (
                <span className="tabular text-meta text-text-2">{dayAndTime(choice.at.toISOString())}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <form
        className="mt-1 flex flex-col gap-2 border-t border-line p-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (custom) choose(new Date(custom));
        }}
      >
        <Field label={t("snooze.custom")}>
          {(props) => (
            <Input
              {...props}
              type="datetime-local"
              value={custom}
              onChange={(event) => setCustom(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" disabled={!custom || new Date(custom).getTime() < Date.now()}>
          {t("snooze.set")}
        </Button>
      </form>
    </div>
  );
}
