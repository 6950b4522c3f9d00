import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { span } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { useNow } from "../shell/moment.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { Redirect } from "../shell/redirect.tsx";
import { safeNext, useArrive } from "./arrive.ts";
import { AuthPage, FormError, textLink } from "./auth-page.tsx";
import { PasswordField } from "./password-field.tsx";

export function SignInScreen() {
  const search = useSearch({ strict: false }) as { next?: unknown; reset?: unknown };
  const next = safeNext(search.next);
  const me = useQuery({ ...queries.me(), retry: false });
  const canSignUp = useQuery(adminQueries.signUpState()).data?.isOpen === true;
  if (me.isSuccess) return <Redirect href={next ?? "/inbox"} />;
  return (
    <AuthPage title={t("auth.signIn.title")}>
      {search.reset === "done" && (
        <p role="status" className="rounded-control bg-moss-weak px-3 py-2 text-moss">
          {t("auth.resetDone")}
        </p>
      )}
      <SignInForm next={next} />
      {canSignUp && (
        <p className="text-text-2">
          {t("auth.signUp.offer")}{" "}
          <Link {...links.signUp(next)} className={textLink}>
            {t("auth.signUp.link")}
          </Link>
        </p>
      )}
    </AuthPage>
  );
}

function SignInForm({ next }: { next: string | undefined }) {
  const arrive = useArrive();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [waitUntil, setWaitUntil] = useState(0);
  const leftMs = Math.max(0, waitUntil - useNow(waitUntil ? 500 : null));
  const send = useMutation({
    mutationFn: () => adminApi.signIn({ email: email.trim(), password }),
    onSuccess: (me) => arrive(me, next),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 429) setWaitUntil(Date.now() + (error.retryAfterMs ?? 1_000));
    },
  });
  const isWaiting = leftMs > 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (email.trim() && password && !isWaiting) send.mutate();
  };
  const isRate = send.error instanceof ApiError && send.error.status === 429;
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t("auth.email")}
        type="email"
        dir="ltr"
        name="email"
        autoComplete="username"
        autoFocus
        value={email}
        error={isChecked && !email.trim() ? t("auth.email.missing") : fieldProblem(send.error, "email")}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        value={password}
        onChange={setPassword}
        error={isChecked && !password ? t("auth.password.missing") : undefined}
        aside={
          <Link {...links.reset()} className={textLink}>
            {t("auth.forgot")}
          </Link>
        }
      />
      <FormError>
        {isWaiting
          ? t("auth.wait", { span: span(leftMs + 999) })
          : send.isError && !isRate && !fieldProblem(send.error, "email")
            ? problemText(send.error)
            : null}
      </FormError>
      <Button type="submit" look="primary" size="large" wide isBusy={send.isPending} disabled={isWaiting}>
        {t("auth.signIn")}
      </Button>
    </form>
  );
}
