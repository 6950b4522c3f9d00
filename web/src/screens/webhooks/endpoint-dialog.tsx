import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, type Endpoint, type EndpointWithSecret } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { GrantsChoice } from "../settings/grants-choice.tsx";
import { concernsField, fieldProblem, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { readTypes, TypeChoiceList, writeTypes, type ChosenTypes } from "./type-choice.tsx";

interface Draft {
  url: string;
  description: string;
  types: ChosenTypes;
  channelIds: string[] | null;
  style: Endpoint["style"];
  ordered: boolean;
}

const draftOf = (endpoint: Endpoint | undefined): Draft => ({
  url: endpoint?.url ?? "",
  description: endpoint?.description ?? "",
  types: readTypes(endpoint?.eventTypes ?? ["message.*"]),
  channelIds: endpoint?.channelIds ?? null,
  style: endpoint?.style ?? "standard",
  ordered: endpoint?.ordered ?? false,
});

const isEndpoint = (made: Endpoint | EndpointWithSecret): made is EndpointWithSecret => "secret" in made;
const concernsUrl = (error: unknown): boolean =>
  error instanceof ApiError && error.code.startsWith("webhook_endpoint.url");

/** Makes an endpoint and shows its secret, this once; or changes one. */
export function EndpointDialog({ endpoint, onClose }: { endpoint?: Endpoint; onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(endpoint));
  const [isChecked, setChecked] = useState(false);
  const set = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }));
  const eventTypes = writeTypes(draft.types);
  const lacksChannel = draft.channelIds?.length === 0;
  const save = useMutation({
    mutationFn: (): Promise<Endpoint | EndpointWithSecret> => {
      const { types: _, style, ...body } = { ...draft, url: draft.url.trim(), description: draft.description.trim() };
      return endpoint
        ? adminApi.changeEndpoint(endpoint.id, { ...body, eventTypes })
        : adminApi.createEndpoint({ ...body, style, eventTypes });
    },
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["webhook-endpoints"] });
      if (!isEndpoint(made)) onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (draft.url.trim() && eventTypes.length > 0 && !lacksChannel) save.mutate();
  };
  if (save.data && isEndpoint(save.data)) return <SecretDialog keys={save.data} kind="made" onClose={onClose} />;
  const urlError = isChecked && !draft.url.trim() ? t("webhooks.url.missing") : fieldProblem(save.error, "url");
  const typeError = isChecked && eventTypes.length === 0 ? t("webhooks.types.missing") : undefined;
  const isSaid = concernsUrl(save.error) || concernsField(save.error, ["url"]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t(endpoint ? "webhooks.edit.title" : "webhooks.new")}
      description={t(endpoint ? "webhooks.edit.text" : "webhooks.new.text")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="endpoint" isBusy={save.isPending}>
            {t(endpoint ? "webhooks.save" : "webhooks.make")}
          </Button>
        </>
      }
    >
      <form id="endpoint" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("webhooks.url")}
          type="url"
          dir="ltr"
          className="font-mono"
          placeholder="https://"
          value={draft.url}
          error={urlError ?? (concernsUrl(save.error) ? problemText(save.error) : undefined)}
          onChange={(event) => set({ url: event.target.value })}
        />
        <TextField
          label={t("webhooks.description")}
          hint={t("webhooks.description.hint")}
          dir="auto"
          maxLength={200}
          value={draft.description}
          onChange={(event) => set({ description: event.target.value })}
        />
        {!endpoint && (
          <RadioList
            label={t("webhooks.style")}
            value={draft.style}
            onChange={(style) => set({ style })}
            options={(["standard", "cloud_api"] as const).map((style) => ({
              value: style,
              label: t(`webhooks.style.${style}`),
              hint: t(`webhooks.style.${style}.hint`),
            }))}
          />
        )}
        <TypeChoiceList
          value={draft.types}
          onChange={(types) => set({ types })}
          error={typeError ?? eventTypesProblem(save.error)}
        />
        <GrantsChoice value={draft.channelIds} onChange={(channelIds) => set({ channelIds })} />
        <Checkbox
          isOn={draft.ordered}
          onChange={(ordered) => set({ ordered })}
          label={t("webhooks.ordered")}
          hint={t("webhooks.ordered.hint")}
        />
        <FormError>
          {isChecked && lacksChannel
            ? t("members.grants.chooseOne")
            : save.isError && !isSaid && !eventTypesProblem(save.error)
              ? problemText(save.error)
              : null}
        </FormError>
      </form>
    </Dialog>
  );
}

/** The server names the entry: `body.eventTypes.2`. */
function eventTypesProblem(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const issue = error.issues.find((one) => /eventTypes/.test(one.path));
  return issue && fieldProblem(error, issue.path);
}
