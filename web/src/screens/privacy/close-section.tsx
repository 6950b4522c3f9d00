import { useState } from "react";
import { adminApi } from "../../admin-api.ts";
import type { Membership } from "../../api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";

const refresh = (): Promise<void> => queryClient.invalidateQueries(queries.me());

/** The end of a workspace: what happens when, and the way back while there is one. */
export function CloseSection({ workspace, isOwner }: { workspace: Membership["workspace"]; isOwner: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const [state, save] = useSave(problemText);
  if (workspace.purgeAt !== null)
    return (
      <Section
        title={t("privacy.closing")}
        purpose={t("privacy.closing.text", { when: dayAndTime(workspace.purgeAt) })}
      >
        {isOwner && (
          <div className="flex items-center gap-3">
            <Button
              look="primary"
              isBusy={state.kind === "saving"}
              onClick={() =>
                save(async () => {
                  await adminApi.reopenWorkspace(workspace.id);
                  await refresh();
                })
              }
            >
              {t("privacy.reopen")}
            </Button>
            <SaveMark state={state} savedLabel={t("page.saved")} />
          </div>
        )}
        {state.kind === "failed" && (
          <p role="alert" className="text-brick">
            {state.message}
          </p>
        )}
      </Section>
    );
  return (
    <Section title={t("privacy.close")} purpose={t("privacy.close.purpose")}>
      {isOwner ? (
        <div>
          <Button look="danger" onClick={() => setAsking(true)}>
            {t("privacy.close")}
          </Button>
        </div>
      ) : (
        <p className="text-meta text-text-2">{t("privacy.needsOwner")}</p>
      )}
      {isAsking && <CloseDialog workspace={workspace} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function CloseDialog({ workspace, onClose }: { workspace: Membership["workspace"]; onClose: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("privacy.close.title", { name: workspace.name })}
      text={t("privacy.close.text")}
      actionLabel={t("privacy.close")}
      onConfirm={async () => {
        await adminApi.closeWorkspace(workspace.id, { name, ...(password === "" ? {} : { password }) });
        await refresh();
      }}
    >
      <div className="flex flex-col gap-4">
        <TextField
          label={t("privacy.close.name")}
          hint={t("privacy.close.name.hint", { name: workspace.name })}
          dir="auto"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t("privacy.close.password")}
          type="password"
          dir="ltr"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
    </ConfirmDialog>
  );
}
