import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, type Channel } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { fieldProblem, problemText } from "../../shell/problem-text.ts";
import { FormError } from "../../sign-in/auth-page.tsx";

/** Replaces the way out of one number. */
export function ProxyDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const [proxyUrl, setProxyUrl] = useState("");
  const save = useMutation({
    mutationFn: () => adminApi.changeChannel(channel.id, { secrets: { proxyUrl: proxyUrl.trim() } }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (proxyUrl.trim()) save.mutate();
  };
  const wrong = fieldProblem(save.error, "proxyUrl");
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("link.proxy.title", { name: channel.name })}
      description={t("link.proxy.purpose")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="channel-proxy" isBusy={save.isPending}>
            {t("channel.keys.save")}
          </Button>
        </>
      }
    >
      <form id="channel-proxy" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("link.proxy")}
          error={wrong}
          dir="ltr"
          type="url"
          autoComplete="off"
          placeholder="socks5://user:password@host:1080"
          value={proxyUrl}
          onChange={(event) => setProxyUrl(event.target.value)}
        />
        <FormError>{save.isError && !wrong ? problemText(save.error) : null}</FormError>
      </form>
    </Dialog>
  );
}
