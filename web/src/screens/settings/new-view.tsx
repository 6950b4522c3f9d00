import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi } from "../../admin-api.ts";
import { statuses } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { Select, type Option } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { useChannels, useLabels } from "../inbox/people.ts";
import { problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";

const start = { status: "open", assignee: "", channelId: "", label: "" };

export function NewView() {
  const [name, setName] = useState("");
  const [filter, setFilter] = useState(start);
  const [isShared, setShared] = useState(false);
  const any: Option<string> = { value: "", label: t("views.any") };
  const make = useMutation({
    mutationFn: () =>
      adminApi.createSavedView({
        name: name.trim(),
        isShared,
        filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== "")),
      }),
    onSuccess: async () => {
      setName("");
      setFilter(start);
      await queryClient.invalidateQueries({ queryKey: ["saved-views"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim()) make.mutate();
  };
  const choice = (key: keyof typeof filter, label: string, options: readonly Option<string>[]) => (
    <Field label={label}>
      {(props) => (
        <Select
          {...props}
          value={filter[key]}
          onChange={(value) => setFilter({ ...filter, [key]: value })}
          options={options}
        />
      )}
    </Field>
  );
  return (
    <Section title={t("views.new")}>
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t("views.name")}
          dir="auto"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="grid gap-4 md:grid-cols-2">
          {choice(
            "status",
            t("views.status"),
            statuses.map((one) => ({ value: one, label: t(`inbox.status.${one}`) })),
          )}
          {choice("assignee", t("views.assignee"), [
            any,
            { value: "me", label: t("views.me") },
            { value: "none", label: t("views.nobody") },
          ])}
          {choice("channelId", t("views.channel"), [
            any,
            ...useChannels().map((one) => ({ value: one.id, label: one.name })),
          ])}
          {choice("label", t("views.label"), [any, ...useLabels().map((one) => ({ value: one.id, label: one.name }))])}
        </div>
        <Switch isOn={isShared} onChange={setShared} label={t("views.share")} />
        <FormError>{make.isError ? problemText(make.error) : null}</FormError>
        <Button type="submit" className="self-start" disabled={!name.trim()} isBusy={make.isPending}>
          {t("views.save")}
        </Button>
      </form>
    </Section>
  );
}
