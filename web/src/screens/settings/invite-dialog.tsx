import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, type Role } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { GrantsChoice } from "./grants-choice.tsx";
import { RoleChoice } from "./role-choice.tsx";

/** Makes an invitation and shows its link, this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [channelIds, setChannelIds] = useState<string[] | null>(null);
  const make = useMutation({
    mutationFn: () =>
      adminApi.invite({
        role,
        channelIds: role === "agent" ? channelIds : null,
        email: email.trim() === "" ? null : email.trim(),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const lacksChannel = role === "agent" && channelIds?.length === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!lacksChannel) make.mutate();
  };
  if (make.isSuccess) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        size="medium"
        title={t("invites.made.title")}
        description={t("invites.made.text")}
        closeLabel={t("app.close")}
        actions={
          <Button look="primary" onClick={onClose}>
            {t("page.done")}
          </Button>
        }
      >
        <CopyWell
          value={make.data.url}
          label={t("invites.link")}
          copyLabel={t("app.copy")}
          copiedLabel={t("app.copied")}
        />
        {make.data.email && (
          <p className="mt-2 text-text-2">{t("invites.made.mailed", { email: `\u2066${make.data.email}\u2069` })}</p>
        )}
      </Dialog>
    );
  }
  const ofField = fieldProblem(make.error, "email");
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("invites.new.title")}
      description={t("invites.new.text")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="invite" disabled={lacksChannel} isBusy={make.isPending}>
            {t("invites.new.action")}
          </Button>
        </>
      }
    >
      <form id="invite" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("invites.new.email")}
          type="email"
          dir="ltr"
          autoComplete="off"
          value={email}
          error={ofField}
          onChange={(event) => setEmail(event.target.value)}
        />
        <RoleChoice value={role} onChange={setRole} />
        {role === "agent" && <GrantsChoice value={channelIds} onChange={setChannelIds} />}
        {lacksChannel && <p className="text-meta text-text-2">{t("members.grants.chooseOne")}</p>}
        <FormError>{make.isError && !ofField ? problemText(make.error) : null}</FormError>
      </form>
    </Dialog>
  );
}
