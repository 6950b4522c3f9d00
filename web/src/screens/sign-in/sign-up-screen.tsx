import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { concernsField, fieldProblem, problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { AccountFields, isComplete } from "./account-fields.tsx";
import { AdultCheck } from "./adult-check.tsx";
import { AgreementsCheck } from "./agreements-check.tsx";
import { safeNext, useArrive } from "./arrive.ts";
import { AuthPage, FormError, textLink } from "./auth-page.tsx";

export function SignUpScreen() {
  const state = useQuery(adminQueries.signUpState());
  const next = safeNext((useSearch({ strict: false }) as { next?: unknown }).next);
  const missing = state.data?.missing ?? [];
  const isClosed = state.data?.isOpen === false || missing.length > 0;
  return (
    <AuthPage
      title={
        missing.length > 0
          ? t("auth.signUp.noOperator.title")
          : isClosed
            ? t("auth.signUp.closed.title")
            : t("auth.signUp.title")
      }
      purpose={
        missing.length > 0
          ? t("auth.signUp.noOperator.text", { names: missing.join(", ") })
          : isClosed
            ? t("auth.signUp.closed.text")
            : t("auth.signUp.purpose")
      }
    >
      {!isClosed && <Loaded query={state}>{() => <SignUpForm next={next} />}</Loaded>}
      <p className="text-text-2">
        {t("auth.signIn.offer")}{" "}
        <Link {...links.signIn(next)} className={textLink}>
          {t("auth.signIn")}
        </Link>
      </p>
    </AuthPage>
  );
}

function SignUpForm({ next }: { next: string | undefined }) {
  const arrive = useArrive();
  const [account, setAccount] = useState({ name: "", email: "", password: "" });
  const [workspaceName, setWorkspaceName] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [isAdult, setAdult] = useState(false);
  const [isAccepted, setAccepted] = useState(false);
  const send = useMutation({
    mutationFn: () =>
      adminApi.signUp({
        email: account.email.trim(),
        name: account.name.trim(),
        password: account.password,
        workspaceName: workspaceName.trim(),
        isAdult: true,
        acceptsAgreements: true,
      }),
    onSuccess: (me) => arrive(me, next ?? "/setup"),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (isComplete(account) && isAdult && isAccepted && workspaceName.trim()) send.mutate();
  };
  const isOfField = concernsField(send.error, ["name", "email", "password", "workspaceName"]);
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t("auth.workspaceName")}
        hint={t("auth.workspaceName.hint")}
        dir="auto"
        autoFocus
        autoComplete="organization"
        maxLength={120}
        value={workspaceName}
        error={
          isChecked && !workspaceName.trim()
            ? t("auth.workspaceName.missing")
            : fieldProblem(send.error, "workspaceName")
        }
        onChange={(event) => setWorkspaceName(event.target.value)}
      />
      <AccountFields value={account} onChange={setAccount} isChecked={isChecked} error={send.error} />
      <AgreementsCheck isOn={isAccepted} onChange={setAccepted} isChecked={isChecked} />
      <AdultCheck isOn={isAdult} onChange={setAdult} isChecked={isChecked} />
      <FormError>{send.isError && !isOfField ? problemText(send.error) : null}</FormError>
      <Button type="submit" look="primary" size="large" wide isBusy={send.isPending}>
        {t("auth.signUp.action")}
      </Button>
    </form>
  );
}
