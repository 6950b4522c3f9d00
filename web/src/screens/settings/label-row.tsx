import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import { adminApi, type Label } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { ColorMenu } from "./color-menu.tsx";

/** A label whose name and colour are changed in place. */
export function LabelRow({
  label,
  onRemove,
  onChanged,
}: {
  label: Label;
  onRemove: () => void;
  onChanged: () => Promise<void>;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const [state, save] = useSave(problemText);
  const change = (body: { name?: string; color?: Label["color"] }): void =>
    save(async () => {
      await adminApi.changeLabel(label.id, body);
      await onChanged();
    });
  const commit = (): void => {
    const name = draft?.trim() ?? "";
    setDraft(null);
    if (name !== "" && name !== label.name) change({ name });
  };
  return (
    <li className="flex flex-col gap-1 py-2">
      <div className="flex items-center gap-2">
        <ColorMenu
          label={t("labels.color", { name: label.name })}
          value={label.color}
          onChange={(color) => change({ color })}
        />
        <Input
          dir="auto"
          aria-label={t("labels.name", { name: label.name })}
          className="text-match border-transparent bg-transparent hover:border-edge focus:border-edge"
          maxLength={60}
          value={draft ?? label.name}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) commit();
            if (event.key === "Escape") setDraft(null);
          }}
        />
        <span className="shrink-0 text-end md:w-20">
          <SaveMark state={state} savedLabel={t("page.saved")} />
        </span>
        <IconButton icon={Trash2} label={t("labels.remove", { name: label.name })} onClick={onRemove} />
      </div>
      {state.kind === "failed" && (
        <p role="alert" className="text-meta text-brick">
          {state.message}
        </p>
      )}
    </li>
  );
}
