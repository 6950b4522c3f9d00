import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { adminApi } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { AuthPage, FormError, textLink } from "./auth-page.tsx";
import { newPasswordProblem, PasswordField } from "./password-field.tsx";

/** With a token from a mail: choose a new password. Without: ask for that mail. */
export function ResetScreen() {
  const { token } = useSearch({ strict: false }) as { token?: unknown };
  return typeof token === "string" && token !== "" ? <ChooseNew token={token} /> : <AskForLink />;
}

function AskForLink() {
  const [email, setEmail] = useState("");
  const [isChecked, setChecked] = useState(false);
  const send = useMutation({ mutationFn: () => adminApi.askReset(email.trim()) });
  if (send.isSuccess) {
    const became = send.data.delivery === "mail" ? "sent" : "kept";
    const text = t(`auth.reset.${became}.text`, { email: `\u2066${email.trim()}\u2069` });
    return (
      <AuthPage
        title={t(`auth.reset.${became}.title`)}
        purpose={became === "sent" ? text : `${t("mail.kept")} ${text}`}
      >
        <BackToSignIn />
      </AuthPage>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (email.trim()) send.mutate();
  };
  return (
    <AuthPage title={t("auth.reset.title")} purpose={t("auth.reset.ask")}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t("auth.email")}
          type="email"
          dir="ltr"
          autoComplete="username"
          autoFocus
          value={email}
          error={isChecked && !email.trim() ? t("auth.email.missing") : fieldProblem(send.error, "email")}
          onChange={(event) => setEmail(event.target.value)}
        />
        <FormError>{send.isError && !fieldProblem(send.error, "email") ? problemText(send.error) : null}</FormError>
        <Button type="submit" look="primary" size="large" wide isBusy={send.isPending}>
          {t("auth.reset.askAction")}
        </Button>
      </form>
      <BackToSignIn />
    </AuthPage>
  );
}

function ChooseNew({ token }: { token: string }) {
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const send = useMutation({
    mutationFn: () => adminApi.confirmReset({ token, password }),
    // The token leaves the address with the page.
    onSuccess: () => void navigate({ to: "/sign-in", search: { reset: "done" } as never, replace: true }),
  });
  const problem = newPasswordProblem(password);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (!problem) send.mutate();
  };
  const isSpent = send.error instanceof ApiError && send.error.status === 410;
  const ofField = fieldProblem(send.error, "password");
  return (
    <AuthPage title={t("auth.reset.title")} purpose={t("auth.reset.purpose")}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <PasswordField
          isNew
          autoFocus
          label={t("auth.reset.new")}
          value={password}
          onChange={setPassword}
          error={(isChecked ? problem : undefined) ?? ofField}
        />
        <FormError>{send.isError && !ofField ? problemText(send.error) : null}</FormError>
        <Button type="submit" look="primary" size="large" wide isBusy={send.isPending}>
          {t("auth.reset.action")}
        </Button>
      </form>
      {isSpent && (
        <Link {...links.reset()} className={textLink}>
          {t("auth.reset.again")}
        </Link>
      )}
      <BackToSignIn />
    </AuthPage>
  );
}

function BackToSignIn() {
  return (
    <p>
      <Link {...links.signIn()} className={textLink}>
        {t("auth.backToSignIn")}
      </Link>
    </p>
  );
}
