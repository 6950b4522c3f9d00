import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Field, TextField } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { useMembership } from "../shell/use-can.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { GrantsChoice } from "./grants-choice.tsx";
import { MadeDialog, MakeDialog } from "./make-dialog.tsx";
import { ScopePicker } from "./scope-picker.tsx";
import { presets, showsPeople, type ShownScope } from "./scopes.ts";

const expiries = ["never", "30", "90", "365"] as const;
type Expiry = (typeof expiries)[number];

/** Makes a key and shows it, this once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const mine = useMembership()?.permissions ?? [];
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly ShownScope[]>(presets.send.filter((one) => mine.includes(one)));
  const [channelIds, setChannelIds] = useState<string[] | null>(null);
  const [expiry, setExpiry] = useState<Expiry>("never");
  const [isChecked, setChecked] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      adminApi.createApiKey({
        name: name.trim(),
        scopes: [...scopes],
        channelIds,
        expiresAt: expiry === "never" ? null : new Date(Date.now() + Number(expiry) * 86_400_000).toISOString(),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  const lacksChannel = channelIds?.length === 0;
  const submit = (): void => {
    setChecked(true);
    if (name.trim() && scopes.length > 0 && !lacksChannel) make.mutate();
  };
  if (make.isSuccess) {
    return (
      <MadeDialog
        title={t("keys.made.title")}
        text={t("keys.made.text")}
        label={t("keys.made.name")}
        value={make.data.key}
        onClose={onClose}
      />
    );
  }
  return (
    <MakeDialog
      id="new-key"
      title={t("keys.new")}
      text={t("keys.new.text")}
      action={t("keys.make")}
      isBusy={make.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t("keys.name")}
        hint={t("keys.name.hint")}
        dir="auto"
        maxLength={80}
        value={name}
        error={isChecked && !name.trim() ? t("keys.name.missing") : fieldProblem(make.error, "name")}
        onChange={(event) => setName(event.target.value)}
      />
      <ScopePicker value={scopes} onChange={setScopes} mine={mine} />
      <GrantsChoice value={channelIds} onChange={setChannelIds} />
      {channelIds !== null && scopes.includes("message:send") && scopes.some(showsPeople) && (
        <p className="text-meta text-text-2">{t("keys.limited")}</p>
      )}
      <Field label={t("keys.expiry")}>
        {(props) => (
          <Select
            {...props}
            value={expiry}
            onChange={setExpiry}
            options={expiries.map((one) => ({ value: one, label: t(`keys.expiry.${one}`) }))}
          />
        )}
      </Field>
      <FormError>
        {isChecked && scopes.length === 0
          ? t("keys.scopes.missing")
          : isChecked && lacksChannel
            ? t("members.grants.chooseOne")
            : make.isError && !fieldProblem(make.error, "name")
              ? problemText(make.error)
              : null}
      </FormError>
    </MakeDialog>
  );
}
