import Eye from "lucide-react/icons/eye";
import EyeOff from "lucide-react/icons/eye-off";
import { useState, type ReactNode } from "react";
import { t } from "../../text.ts";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";

export const minPasswordLength = 12;

/** What a new password lacks, before the server is asked; undefined when it may be tried. */
export function newPasswordProblem(password: string): string | undefined {
  return [...password].length < minPasswordLength ? t("auth.password.short") : undefined;
}

/** A password that can be looked at. `isNew` tells password managers to offer one, and people what it needs. */
export function PasswordField({
  label = t("auth.password"),
  value,
  onChange,
  isNew = false,
  error,
  aside,
  autoFocus = false,
}: {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  isNew?: boolean;
  error?: string | undefined;
  aside?: ReactNode;
  autoFocus?: boolean;
}) {
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} error={error} aside={aside} hint={isNew ? t("auth.password.hint") : undefined}>
      {(props) => (
        <span className="relative flex items-center">
          <Input
            {...props}
            dir="ltr"
            className="pe-10"
            type={isShown ? "text" : "password"}
            autoComplete={isNew ? "new-password" : "current-password"}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={128}
            autoFocus={autoFocus}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <IconButton
            icon={isShown ? EyeOff : Eye}
            label={isShown ? t("auth.password.hide") : t("auth.password.show")}
            size="small"
            className="absolute end-1"
            onClick={() => setShown(!isShown)}
          />
        </span>
      )}
    </Field>
  );
}
