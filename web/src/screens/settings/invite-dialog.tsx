import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type Role } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { TextField } from "../../ui/field.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { MailNote } from "../shell/mail-note.tsx";
import { FormError } from "../sign-in/auth-page.tsx";
import { GrantsChoice } from "./grants-choice.tsx";
import { MadeDialog, MakeDialog } from "./make-dialog.tsx";
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
  if (make.isSuccess) {
    return (
      <MadeDialog
        title={t("invites.made.title")}
        text={t("invites.made.text")}
        label={t("invites.link")}
        value={make.data.url}
        onClose={onClose}
      >
        {make.data.email && (
          <p className="mt-2 text-text-2">
            {t(make.data.delivery === "mail" ? "invites.made.mailed" : "invites.made.kept", {
              email: `\u2066${make.data.email}\u2069`,
            })}{" "}
            {make.data.delivery === "outbox" && t("mail.kept")}
          </p>
        )}
      </MadeDialog>
    );
  }
  const ofField = fieldProblem(make.error, "email");
  return (
    <MakeDialog
      id="invite"
      title={t("invites.new.title")}
      text={t("invites.new.text")}
      action={t("invites.new.action")}
      isBusy={make.isPending}
      disabled={lacksChannel}
      onSubmit={() => {
        if (!lacksChannel) make.mutate();
      }}
      onClose={onClose}
    >
      <TextField
        label={t("invites.new.email")}
        type="email"
        dir="ltr"
        autoComplete="off"
        value={email}
        error={ofField}
        onChange={(event) => setEmail(event.target.value)}
      />
      {email !== "" && <MailNote />}
      <RoleChoice value={role} onChange={setRole} />
      {role === "agent" && <GrantsChoice value={channelIds} onChange={setChannelIds} />}
      {lacksChannel && <p className="text-meta text-text-2">{t("members.grants.chooseOne")}</p>}
      <FormError>{make.isError && !ofField ? problemText(make.error) : null}</FormError>
    </MakeDialog>
  );
}
