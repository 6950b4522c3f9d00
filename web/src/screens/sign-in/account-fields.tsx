import { t } from "../../text.ts";
import { TextField } from "../../ui/field.tsx";
import { fieldProblem } from "../shell/problem-text.ts";
import { newPasswordProblem, PasswordField } from "./password-field.tsx";

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export function isComplete(account: NewAccount): boolean {
  return account.name.trim() !== "" && account.email.trim() !== "" && !newPasswordProblem(account.password);
}

/** Name, address and password of someone new; what is missing is said once they have tried to go on. */
export function AccountFields({
  value,
  onChange,
  isChecked,
  error,
}: {
  value: NewAccount;
  onChange: (value: NewAccount) => void;
  isChecked: boolean;
  error: unknown;
}) {
  return (
    <>
      <TextField
        label={t("auth.name")}
        hint={t("auth.name.hint")}
        dir="auto"
        autoComplete="name"
        maxLength={120}
        value={value.name}
        error={isChecked && !value.name.trim() ? t("auth.name.missing") : fieldProblem(error, "name")}
        onChange={(event) => onChange({ ...value, name: event.target.value })}
      />
      <TextField
        label={t("auth.email")}
        type="email"
        dir="ltr"
        autoComplete="username"
        value={value.email}
        error={isChecked && !value.email.trim() ? t("auth.email.missing") : fieldProblem(error, "email")}
        onChange={(event) => onChange({ ...value, email: event.target.value })}
      />
      <PasswordField
        isNew
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
        error={(isChecked ? newPasswordProblem(value.password) : undefined) ?? fieldProblem(error, "password")}
      />
    </>
  );
}
