import { t } from "../../text.ts";
import { TextField } from "../../ui/field.tsx";
import { fieldProblem } from "../shell/problem-text.ts";

export const cloudSettings = ["phoneNumberId", "wabaId"] as const;
export const cloudSecrets = ["accessToken", "appSecret"] as const;
export type CloudField = (typeof cloudSettings)[number] | (typeof cloudSecrets)[number];

/** One value of Meta's console, with where to find it. */
export function CloudInput({
  name,
  value,
  onChange,
  error,
  isMissing = false,
}: {
  name: CloudField;
  value: string;
  onChange: (value: string) => void;
  /** Of the whole form; this field takes what concerns it. */
  error: unknown;
  isMissing?: boolean;
}) {
  const isSecret = (cloudSecrets as readonly string[]).includes(name);
  return (
    <TextField
      label={t(`channels.field.${name}`)}
      hint={t(`channels.field.${name}.hint`)}
      error={isMissing ? t("channels.field.missing") : fieldProblem(error, name)}
      dir="ltr"
      type={isSecret ? "password" : "text"}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      // Password managers must neither offer nor keep a channel's keys.
      data-1p-ignore=""
      data-lpignore="true"
      inputMode={isSecret ? undefined : "numeric"}
      value={value}
      onChange={(event) => onChange(event.target.value.trim())}
    />
  );
}
