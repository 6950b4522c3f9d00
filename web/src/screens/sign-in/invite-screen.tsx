import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { api, ApiError, type Me } from "../../api.ts";
import { links } from "../../links.ts";
import { setPrefs } from "../../prefs.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { exactTime } from "../../time.ts";
import { Button, buttonStyle } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { concernsField, problemText } from "../shell/problem-text.ts";
import { AccountFields, isComplete } from "./account-fields.tsx";
import { AdultCheck } from "./adult-check.tsx";
import { useArrive } from "./arrive.ts";
import { AuthPage, FormError } from "./auth-page.tsx";

/** An invitation, for someone with an account and for someone new. */
export function InviteScreen() {
  const { token = "" } = useParams({ strict: false }) as { token?: string };
  const invitation = useQuery(adminQueries.invitation(token));
  const me = useQuery({ ...queries.me(), retry: false });
  if (invitation.isPending || me.isPending) {
    return (
      <main className="flex h-full items-center justify-center text-text-2">
        <Spinner size={20} label={t("app.loading")} />
      </main>
    );
  }
  if (invitation.isError) {
    return (
      <AuthPage title={t("auth.invite.failed")} purpose={problemText(invitation.error)}>
        <Link {...links.inbox()} className={buttonStyle({ size: "large", wide: true })}>
          {t("auth.invite.open")}
        </Link>
      </AuthPage>
    );
  }
  const { workspaceName, role, expiresAt } = invitation.data;
  return (
    <AuthPage
      title={t("auth.invite.title", { workspace: workspaceName })}
      purpose={
        <>
          {t("auth.invite.role", { role: t(`page.role.${role}`) })} {t(`page.role.${role}.hint`)}
        </>
      }
    >
      {me.isSuccess ? <Join token={token} me={me.data} /> : <JoinAsNew token={token} />}
      <p className="text-meta text-text-2">{t("auth.invite.until", { at: exactTime(expiresAt) })}</p>
    </AuthPage>
  );
}

/** The workspace that was joined is the one to look at next. */
function chooseJoined(me: Me, before: readonly string[]): void {
  const joined = me.memberships.find((one) => !before.includes(one.workspace.id));
  if (joined) setPrefs({ workspaceId: joined.workspace.id });
}

function Join({ token, me }: { token: string; me: Me }) {
  const arrive = useArrive();
  const accept = useMutation({
    mutationFn: () => adminApi.acceptInvitation(token),
    onSuccess: (now) => {
      chooseJoined(
        now,
        me.memberships.map((one) => one.workspace.id),
      );
      arrive(now);
    },
  });
  const leave = async (): Promise<void> => {
    await api.signOut().catch(() => undefined);
    queryClient.clear();
    window.location.reload();
  };
  const isMember = accept.error instanceof ApiError && accept.error.code === "member.already_member";
  return (
    <div className="flex flex-col gap-3">
      <p className="break-words">{t("auth.invite.as", { email: `\u2066${me.person.email}\u2069` })}</p>
      <FormError>{accept.isError ? problemText(accept.error) : null}</FormError>
      {isMember ? (
        <Link {...links.inbox()} className={buttonStyle({ look: "primary", size: "large", wide: true })}>
          {t("auth.invite.open")}
        </Link>
      ) : (
        <Button look="primary" size="large" wide isBusy={accept.isPending} onClick={() => accept.mutate()}>
          {t("auth.invite.join")}
        </Button>
      )}
      <Button look="quiet" onClick={() => void leave()}>
        {t("auth.invite.other")}
      </Button>
    </div>
  );
}

function JoinAsNew({ token }: { token: string }) {
  const arrive = useArrive();
  const [account, setAccount] = useState({ name: "", email: "", password: "" });
  const [isChecked, setChecked] = useState(false);
  const [isAdult, setAdult] = useState(false);
  const send = useMutation({
    mutationFn: () =>
      adminApi.signUp({
        email: account.email.trim(),
        name: account.name.trim(),
        password: account.password,
        invitationToken: token,
        isAdult: true,
      }),
    onSuccess: (me) => {
      chooseJoined(me, []);
      arrive(me);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (isComplete(account) && isAdult) send.mutate();
  };
  const isOfField = concernsField(send.error, ["name", "email", "password"]);
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <AccountFields value={account} onChange={setAccount} isChecked={isChecked} error={send.error} />
      <AdultCheck isOn={isAdult} onChange={setAdult} isChecked={isChecked} />
      <FormError>{send.isError && !isOfField ? problemText(send.error) : null}</FormError>
      <Button type="submit" look="primary" size="large" wide isBusy={send.isPending}>
        {t("auth.invite.create")}
      </Button>
      <Link
        {...links.signIn(`/invite/${encodeURIComponent(token)}`)}
        className={buttonStyle({ size: "large", wide: true })}
      >
        {t("auth.invite.haveAccount")}
      </Link>
    </form>
  );
}
