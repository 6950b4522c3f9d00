import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { adminApi } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { concernsField, fieldProblem, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { newPasswordProblem, PasswordField } from "../sign-in/password-field.tsx";

/** Both ask for the present password: an open laptop must not be enough to take an account. */
export function EmailDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  return (
    <Credential
      title={t("profile.email.title")}
      text={t("profile.email.text")}
      doneText={t("profile.email.changed")}
      fields={["email"]}
      isReady={email.trim() !== ""}
      change={(password) => adminApi.changeMe({ email: email.trim(), password })}
      onClose={onClose}
    >
      {(isChecked, error) => (
        <TextField
          label={t("profile.email.new")}
          type="email"
          dir="ltr"
          autoComplete="email"
          value={email}
          error={isChecked && !email.trim() ? t("auth.email.missing") : fieldProblem(error, "email")}
          onChange={(event) => setEmail(event.target.value)}
        />
      )}
    </Credential>
  );
}

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [next, setNext] = useState("");
  const problem = newPasswordProblem(next);
  return (
    <Credential
      title={t("profile.password.title")}
      text={t("profile.password.text")}
      doneText={t("profile.password.changed")}
      fields={["newPassword"]}
      isReady={!problem}
      change={(password) => adminApi.changeMe({ newPassword: next, password })}
      onClose={onClose}
    >
      {(isChecked, error) => (
        <PasswordField
          isNew
          label={t("auth.reset.new")}
          value={next}
          onChange={setNext}
          error={(isChecked ? problem : undefined) ?? fieldProblem(error, "newPassword")}
        />
      )}
    </Credential>
  );
}

function Credential({
  title,
  text,
  doneText,
  fields,
  isReady,
  change,
  onClose,
  children,
}: {
  title: string;
  text: string;
  doneText: string;
  fields: readonly string[];
  isReady: boolean;
  change: (password: string) => ReturnType<typeof adminApi.changeMe>;
  onClose: () => void;
  children: (isChecked: boolean, error: unknown) => ReactNode;
}) {
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const send = useMutation({
    mutationFn: () => change(password),
    onSuccess: (me) => {
      queryClient.setQueryData(queries.me().queryKey, me);
      void queryClient.invalidateQueries({ queryKey: ["logins"] });
      toast({ text: doneText });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (isReady && password) send.mutate();
  };
  const isWrong = send.error instanceof ApiError && send.error.code === "person.wrong_password";
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="credential" isBusy={send.isPending}>
            {t("profile.email.change")}
          </Button>
        </>
      }
    >
      <form id="credential" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        {children(isChecked, send.error)}
        <PasswordField
          label={t("profile.password.present")}
          value={password}
          onChange={setPassword}
          error={isChecked && !password ? t("auth.password.missing") : isWrong ? problemText(send.error) : undefined}
        />
        <FormError>
          {send.isError && !isWrong && !concernsField(send.error, fields) ? problemText(send.error) : null}
        </FormError>
      </form>
    </Dialog>
  );
}
