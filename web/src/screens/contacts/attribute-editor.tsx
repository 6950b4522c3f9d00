import type { ReactNode } from "react";
import type { ContactField } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Field } from "../../ui/field.tsx";
import { SavedField, SaveMark, useSave } from "../../ui/saved-field.tsx";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { problemText } from "../shell/problem-text.ts";

const maxValue = 1000;

/** A value with the control of its type. Without a field it is from before they had to be declared: to be read only. */
export function AttributeEditor({
  field,
  label,
  value,
  hint,
  disabled,
  onSave,
}: {
  field: ContactField | undefined;
  label: ReactNode;
  value: string;
  hint?: ReactNode;
  disabled: boolean;
  onSave: (value: string) => Promise<void>;
}) {
  const [state, save] = useSave(problemText);
  const mark = <SaveMark state={state} savedLabel={t("page.saved")} />;
  const error = state.kind === "failed" ? state.message : undefined;
  if (field?.type === "choice") {
    // one that was chosen before it was taken off the list
    const options = value === "" || field.options.includes(value) ? field.options : [value, ...field.options];
    return (
      <Field label={label} hint={hint} error={error} aside={mark}>
        {(props) => (
          <Select
            {...props}
            value={value}
            disabled={disabled}
            onChange={(next) => save(() => onSave(next))}
            options={options.map((one) => ({ value: one, label: one }))}
          />
        )}
      </Field>
    );
  }
  if (field?.type === "boolean" && ["", "true", "false"].includes(value))
    return (
      <div className="flex flex-col">
        <div className="flex items-start justify-between gap-3">
          <Switch
            label={label}
            hint={hint}
            isOn={value === "true"}
            disabled={disabled}
            onChange={(isOn) => save(() => onSave(String(isOn)))}
          />
          {mark}
        </div>
        {error && (
          <p role="alert" className="text-meta text-brick">
            {error}
          </p>
        )}
      </div>
    );
  const isDate = field?.type === "date" && /^(?:\d{4}-\d\d-\d\d)?$/.test(value);
  return (
    <SavedField
      label={label}
      hint={hint}
      value={value}
      disabled={disabled}
      savedLabel={t("page.saved")}
      describe={problemText}
      onSave={onSave}
      {...(isDate ? { type: "date" as const } : { maxLength: maxValue })}
      {...(field?.type === "number" && { inputMode: "decimal" as const })}
    />
  );
}
