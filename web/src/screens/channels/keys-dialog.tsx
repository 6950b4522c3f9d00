import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, type Channel } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { concernsField, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { CloudInput, cloudSecrets } from "./cloud-fields.tsx";

/** Replaces what a channel signs in with. */
export function KeysDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const [values, setValues] = useState({ accessToken: "", appSecret: "" });
  const [isChecked, setChecked] = useState(false);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const isEmpty = Object.keys(given).length === 0;
  const save = useMutation({
    mutationFn: () => adminApi.changeChannel(channel.id, { secrets: given }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["channel", channel.id] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (!isEmpty) save.mutate();
  };
  const isOfField = concernsField(save.error, cloudSecrets);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("channel.keys.title", { name: channel.name })}
      description={t("channel.keys.text")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="channel-keys" isBusy={save.isPending}>
            {t("channel.keys.save")}
          </Button>
        </>
      }
    >
      <form id="channel-keys" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        {cloudSecrets.map((name) => (
          <CloudInput
            key={name}
            name={name}
            value={values[name]}
            onChange={(value) => setValues({ ...values, [name]: value })}
            error={save.error}
          />
        ))}
        <FormError>
          {isChecked && isEmpty ? t("channel.keys.none") : save.isError && !isOfField ? problemText(save.error) : null}
        </FormError>
      </form>
    </Dialog>
  );
}
