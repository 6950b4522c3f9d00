import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, type Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { ConfirmDialog } from "../../shell/confirm-dialog.tsx";
import { problemText } from "../../shell/problem-text.ts";

interface Props {
  message: Message;
  onClose: () => void;
}

/** Other words for a message, or its end for everybody. Both are sent: the thread changes when the phone has done so. */
export function ChangeDialog({ what, minutes, ...props }: Props & { what: "edit" | "delete"; minutes: number }) {
  return what === "edit" ? <EditDialog {...props} minutes={minutes} /> : <DeleteDialog {...props} />;
}

const told = (): void => toast({ text: t("message.changing") });

function DeleteDialog({ message, onClose }: Props) {
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("message.delete.title")}
      text={t("message.delete.text")}
      actionLabel={t("message.delete")}
      onConfirm={() => api.takeBack(message.id).then(told)}
    />
  );
}

function EditDialog({ message, minutes, onClose }: Props & { minutes: number }) {
  const [text, setText] = useState(message.text ?? "");
  const save = useMutation({
    mutationFn: () => api.edit(message.id, text.trim()),
    onSuccess: () => {
      told();
      onClose();
    },
  });
  const isSame = text.trim() === "" || text.trim() === message.text;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isSame) save.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("message.edit.title")}
      description={t("message.edit.hint", { minutes })}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="message-edit" disabled={isSame} isBusy={save.isPending}>
            {t("app.save")}
          </Button>
        </>
      }
    >
      <form id="message-edit" noValidate onSubmit={submit} className="flex flex-col gap-2 pt-1">
        <textarea
          dir="auto"
          rows={4}
          maxLength={4_096}
          aria-label={t("message.edit.field")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="field-sizing-content block max-h-60 min-h-24 w-full resize-none rounded-control border border-edge bg-surface px-3 py-2 text-msg text-text"
        />
        {save.isError && (
          <p role="alert" className="text-brick">
            {problemText(save.error)}
          </p>
        )}
      </form>
    </Dialog>
  );
}
