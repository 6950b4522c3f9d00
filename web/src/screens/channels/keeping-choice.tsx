import { t } from "../../text.ts";
import { TextField } from "../../ui/field.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { isValidKeeping, type Keeping } from "./channel-words.ts";

/** How long what was said is kept, with what each choice means. */
export function KeepingChoice({ value, onChange }: { value: Keeping; onChange: (value: Keeping) => void }) {
  return (
    <div className="flex flex-col gap-3">
      <RadioList
        label={t("channels.new.keep")}
        value={value.kind}
        onChange={(kind) => onChange(kind === "days" ? { kind, days: 365 } : { kind })}
        options={[
          { value: "days", label: t("channels.keep.days"), hint: t("channels.keep.days.hint") },
          { value: "full", label: t("channels.keep.full"), hint: t("channels.keep.full.hint") },
          { value: "metadata", label: t("channels.keep.metadata"), hint: t("channels.keep.metadata.hint") },
        ]}
      />
      {value.kind === "days" && (
        <TextField
          label={t("channels.keep.daysCount")}
          inputMode="numeric"
          className="max-w-30"
          value={Number.isNaN(value.days) ? "" : String(value.days)}
          error={isValidKeeping(value) ? undefined : t("channels.keep.daysCount.wrong")}
          onChange={(event) => {
            const digits = event.target.value.trim();
            onChange({ kind: "days", days: /^\d+$/.test(digits) ? Number(digits) : Number.NaN });
          }}
        />
      )}
    </div>
  );
}
