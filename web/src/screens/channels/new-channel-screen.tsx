import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { BackLink } from "../shell/back-link.tsx";
import { concernsField, fieldProblem, problemText } from "../shell/problem-text.ts";
import { useCan } from "../shell/use-can.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import {
  isValidKeeping,
  makeVerifyToken,
  networks,
  rememberVerifyToken,
  writeKeeping,
  type Keeping,
  type Network,
} from "./channel-words.ts";
import { CloudInput, cloudSecrets, cloudSettings, type CloudField } from "./cloud-fields.tsx";
import { KeepingChoice } from "./keeping-choice.tsx";
import { LinkedForm } from "./linked/linked-form.tsx";

export function NewChannelScreen() {
  const canManage = useCan("channel:manage");
  const [network, setNetwork] = useState<Network>("whatsapp_cloud");
  return (
    <Page
      title={t("channels.new.title")}
      purpose={t("channels.new.purpose")}
      back={<BackLink to={links.channels()}>{t("nav.channels")}</BackLink>}
    >
      {canManage ? (
        <>
          <Section title={t("channels.new.provider")}>
            <RadioList
              label={t("channels.new.provider")}
              value={network}
              onChange={setNetwork}
              options={networks.map((one) => ({
                value: one,
                label: isServed(one) ? t(`channels.new.${one}`) : t(`channels.provider.${one}`),
                hint: isServed(one) ? t(`channels.provider.${one}.hint`) : t("channels.provider.later"),
                start: <ChannelGlyph network={one} size={16} />,
                disabled: !isServed(one),
              }))}
            />
          </Section>
          {network === "whatsapp_linked" ? <LinkedForm /> : <CloudForm />}
        </>
      ) : (
        <EmptyState title={t("channels.new.noRight")} />
      )}
    </Page>
  );
}

const served = ["whatsapp_cloud", "whatsapp_linked"] as const;
const isServed = (network: Network): network is (typeof served)[number] =>
  (served as readonly string[]).includes(network);

const noValues: Record<CloudField, string> = { phoneNumberId: "", wabaId: "", accessToken: "", appSecret: "" };

function CloudForm() {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [values, setValues] = useState(noValues);
  const [apiBaseUrl, setApiBaseUrl] = useState("");
  const [keeping, setKeeping] = useState<Keeping>({ kind: "days", days: 365 });
  const [isChecked, setChecked] = useState(false);
  const verifyToken = useRef(makeVerifyToken()).current;
  // One intent, one channel: a second click or a lost answer makes no second one.
  const intent = useRef(crypto.randomUUID());
  const send = useMutation({
    mutationFn: () =>
      adminApi.createChannel(
        {
          provider: "whatsapp_cloud",
          name: name.trim(),
          contentMode: writeKeeping(keeping),
          settings: {
            phoneNumberId: values.phoneNumberId,
            wabaId: values.wabaId,
            ...(apiBaseUrl.trim() ? { apiBaseUrl: apiBaseUrl.trim() } : {}),
          },
          secrets: { accessToken: values.accessToken, appSecret: values.appSecret, verifyToken },
        },
        intent.current,
      ),
    onSuccess: async (channel) => {
      rememberVerifyToken(channel.id, verifyToken);
      queryClient.setQueryData(adminQueries.channel(channel.id).queryKey, channel);
      await queryClient.invalidateQueries(queries.channels());
      await navigate(links.channel(channel.id));
    },
    onError: () => {
      intent.current = crypto.randomUUID();
    },
  });
  const isReady = name.trim() !== "" && Object.values(values).every(Boolean) && isValidKeeping(keeping);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (isReady) send.mutate();
  };
  const input = (field: CloudField) => (
    <CloudInput
      key={field}
      name={field}
      value={values[field]}
      onChange={(value) => setValues({ ...values, [field]: value })}
      error={send.error}
      isMissing={isChecked && !values[field]}
    />
  );
  const isOfField = concernsField(send.error, ["name", "apiBaseUrl", ...cloudSettings, ...cloudSecrets]);
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-8">
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
        {cloudSettings.map(input)}
      </Section>
      <Section title={t("channels.new.secrets")} purpose={t("channels.new.secrets.purpose")}>
        {cloudSecrets.map(input)}
      </Section>
      <Section title={t("channels.new.keep")}>
        <KeepingChoice value={keeping} onChange={setKeeping} />
      </Section>
      <details className="flex flex-col gap-3">
        <summary className="text-text-2 hover:text-text pointer-coarse:py-2.5">{t("channels.advanced")}</summary>
        <div className="pt-3">
          <TextField
            label={t("channels.field.apiBaseUrl")}
            hint={t("channels.field.apiBaseUrl.hint")}
            error={fieldProblem(send.error, "apiBaseUrl")}
            dir="ltr"
            type="url"
            value={apiBaseUrl}
            onChange={(event) => setApiBaseUrl(event.target.value)}
          />
        </div>
      </details>
      <FormError>{send.isError && !isOfField ? problemText(send.error) : null}</FormError>
      <Button type="submit" look="primary" size="large" className="self-start" isBusy={send.isPending}>
        {t("channels.new.action")}
      </Button>
    </form>
  );
}
