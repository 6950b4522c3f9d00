import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type WorkspaceMember } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { useMembership } from "../shell/use-can.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { GrantsChoice } from "./grants-choice.tsx";
import { RoleChoice } from "./role-choice.tsx";

/** Role, channels, and the way out of a workspace. */
export function MemberDialog({ member, onClose }: { member: WorkspaceMember; onClose: () => void }) {
  const isMine = useMembership()?.memberId === member.id;
  const [role, setRole] = useState(member.role);
  const [channelIds, setChannelIds] = useState(member.channelIds);
  const [isRemoving, setRemoving] = useState(false);
  const name = member.name ?? member.email;
  const refresh = async (): Promise<void> => {
    await queryClient.invalidateQueries(queries.members());
    if (isMine) await queryClient.invalidateQueries(queries.me());
  };
  const save = useMutation({
    mutationFn: () => adminApi.changeMember(member.id, { role, channelIds: role === "agent" ? channelIds : null }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const lacksChannel = role === "agent" && channelIds?.length === 0;
  if (isRemoving) {
    return (
      <ConfirmDialog
        isOpen
        onClose={onClose}
        title={t("members.remove.title", { name })}
        text={t(isMine ? "members.remove.you" : "members.remove.text")}
        actionLabel={t("members.remove.do")}
        onConfirm={async () => {
          await adminApi.removeMember(member.id);
          await refresh();
        }}
      />
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("members.change.title", { name })}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button look="quiet" className="me-auto text-brick!" onClick={() => setRemoving(true)}>
            {t("members.remove")}
          </Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" disabled={lacksChannel} isBusy={save.isPending} onClick={() => save.mutate()}>
            {t("members.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <RoleChoice value={role} onChange={setRole} />
        {role === "agent" && <GrantsChoice value={channelIds} onChange={setChannelIds} />}
        {lacksChannel && <p className="text-meta text-text-2">{t("members.grants.chooseOne")}</p>}
        <FormError>{save.isError ? problemText(save.error) : null}</FormError>
      </div>
    </Dialog>
  );
}
