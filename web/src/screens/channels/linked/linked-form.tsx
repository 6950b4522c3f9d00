import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import { adminApi, adminQueries } from "../../../admin-api.ts";
import { links } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Section } from "../../../ui/page.tsx";
import { concernsField, fieldProblem, problemText } from "../../shell/problem-text.ts";
import { useMembership } from "../../shell/use-can.ts";
import { FormError } from "../../sign-in/auth-page.tsx";
import { isValidKeeping, writeKeeping, type Keeping } from "../channel-words.ts";
import { KeepingChoice } from "../keeping-choice.tsx";

/** A channel for a phone; the phone itself is linked on the channel's page. */
export function LinkedForm() {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [proxyUrl, setProxyUrl] = useState("");
  const [apiBaseUrl, setApiBaseUrl] = useState("");
  const [keeping, setKeeping] = useState<Keeping>({ kind: "days", days: 365 });
  const [isChecked, setChecked] = useState(false);
  const [isTurnedOn, setTurnedOn] = useState(false);
  const feature = useQuery(adminQueries.features()).data?.data.find(({ id }) => id === "linked_phones");
  const isOff = feature?.isOn === false;
  const isOwner = useMembership()?.role === "owner";
  // One intent, one channel: a second click or a lost answer makes no second one.
  const intent = useRef(crypto.randomUUID());
  const send = useMutation({
    mutationFn: async () => {
      if (isOff) await adminApi.changeFeature("linked_phones", true);
      return adminApi.createChannel(
        {
          provider: "whatsapp_linked",
          name: name.trim(),
          contentMode: writeKeeping(keeping),
          settings: apiBaseUrl.trim() ? { apiBaseUrl: apiBaseUrl.trim() } : {},
          secrets: proxyUrl.trim() ? { proxyUrl: proxyUrl.trim() } : {},
        },
        intent.current,
      );
    },
    onSuccess: async (channel) => {
      queryClient.setQueryData(adminQueries.channel(channel.id).queryKey, channel);
      await queryClient.invalidateQueries(queries.channels());
      await queryClient.invalidateQueries(adminQueries.features());
      await navigate(links.channel(channel.id));
    },
    onError: () => {
      void queryClient.invalidateQueries(adminQueries.features());
      intent.current = crypto.randomUUID();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() !== "" && isValidKeeping(keeping) && (!isOff || isTurnedOn)) send.mutate();
  };
  const isOfField = concernsField(send.error, ["name", "proxyUrl", "apiBaseUrl"]);
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-8">
      <div className="flex flex-col gap-2 rounded-panel bg-ochre-weak px-4 py-3">
        <p>
          <span className="font-medium text-ochre">{t("link.notice.title")}.</span> {t("link.notice.short")}
        </p>
        {isOff && isOwner && (
          <Checkbox isOn={isTurnedOn} onChange={setTurnedOn} label={t("features.linked_phones.turnOn")} />
        )}
        {isOff && !isOwner && <p className="font-medium">{t("features.linked_phones.off")}</p>}
        {isOff && isOwner && isChecked && !isTurnedOn && (
          <p role="alert" className="text-meta text-brick">
            {t("features.linked_phones.missing")}
          </p>
        )}
      </div>
      <Section title={t("channels.new.identify")}>
        <TextField
          label={t("channels.field.name")}
          hint={t("channels.field.name.hint")}
          error={isChecked && !name.trim() ? t("channels.field.missing") : fieldProblem(send.error, "name")}
          dir="auto"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Section>
      <Section title={t("channels.new.keep")}>
        <KeepingChoice value={keeping} onChange={setKeeping} />
      </Section>
      <details>
        <summary className="text-text-2 hover:text-text pointer-coarse:py-2.5">{t("channels.advanced")}</summary>
        <div className="flex flex-col gap-4 pt-3">
          <TextField
            label={t("link.proxy")}
            hint={t("link.proxy.hint")}
            error={fieldProblem(send.error, "proxyUrl")}
            dir="ltr"
            type="url"
            autoComplete="off"
            value={proxyUrl}
            onChange={(event) => setProxyUrl(event.target.value)}
          />
          <TextField
            label={t("channels.field.apiBaseUrl")}
            hint={t("link.apiBaseUrl.hint")}
            error={fieldProblem(send.error, "apiBaseUrl")}
            dir="ltr"
            type="url"
            value={apiBaseUrl}
            onChange={(event) => setApiBaseUrl(event.target.value)}
          />
        </div>
      </details>
      <FormError>{send.isError && !isOfField ? problemText(send.error) : null}</FormError>
      <Button
        type="submit"
        look="primary"
        size="large"
        className="self-start"
        isBusy={send.isPending}
        disabled={isOff && !isOwner}
      >
        {t("link.next")}
      </Button>
    </form>
  );
}
