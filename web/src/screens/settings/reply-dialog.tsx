import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, type SavedReply } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";

const variables = ["name", "firstName"] as const;

/** Makes a saved reply, or changes one. */
export function ReplyDialog({
  reply,
  onClose,
  onSaved,
}: {
  reply: SavedReply | undefined;
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [text, setText] = useState(reply?.text ?? "");
  const save = useMutation({
    mutationFn: () => {
      const body = { shortcut: shortcut.trim().replace(/^\//, ""), text: text.trim() };
      return reply ? adminApi.changeReply(reply.id, body) : adminApi.createReply(body);
    },
    onSuccess: onSaved,
  });
  const isComplete = shortcut.trim() !== "" && text.trim() !== "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isComplete) save.mutate();
  };
  const ofShortcut = fieldProblem(save.error, "shortcut");
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t(reply ? "replies.change.title" : "replies.new.title")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="reply" disabled={!isComplete} isBusy={save.isPending}>
            {t("replies.save")}
          </Button>
        </>
      }
    >
      <form id="reply" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("replies.shortcut")}
          hint={t("replies.shortcut.hint")}
          dir="auto"
          autoComplete="off"
          autoCapitalize="off"
          maxLength={41}
          value={shortcut}
          error={ofShortcut}
          onChange={(event) => setShortcut(event.target.value)}
        />
        <Field label={t("replies.text")} hint={t("replies.text.hint", variablesShown)}>
          {(props) => (
            <textarea
              {...props}
              dir="auto"
              rows={5}
              maxLength={4_096}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="field-sizing-content max-h-80 min-h-28 w-full resize-none rounded-control border border-edge bg-surface px-3 py-2 text-msg pointer-coarse:text-[16px]"
            />
          )}
        </Field>
        <FormError>{save.isError && !ofShortcut ? problemText(save.error) : null}</FormError>
      </form>
    </Dialog>
  );
}

// braces mean something in the texts' own files; marked as left-to-right for Arabic
const variablesShown = Object.fromEntries(variables.map((name) => [name, `\u2066{{${name}}}\u2069`]));
