import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { adminApi, type Endpoint, type EndpointWithSecret } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { toast } from "../../ui/toast.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { EndpointDialog } from "./endpoint-dialog.tsx";
import { useLeave } from "./endpoint-menu.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { TestDialog } from "./test-dialog.tsx";

export type Act = "edit" | "test" | "rotate" | "recover" | "enable" | "remove";

interface Acting {
  endpoint: Endpoint;
  onClose: () => void;
}

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ["webhook-endpoints"] });

export function EndpointActs({ act, ...acting }: Acting & { act: Act }) {
  switch (act) {
    case "edit":
      return <EndpointDialog {...acting} />;
    case "test":
      return <TestDialog {...acting} />;
    case "rotate":
      return <Rotate {...acting} />;
    case "recover":
      return <Recover {...acting} />;
    case "enable":
      return <Enable {...acting} />;
    case "remove":
      return <Remove {...acting} />;
  }
}

function Rotate({ endpoint, onClose }: Acting) {
  const [keys, setKeys] = useState<EndpointWithSecret | null>(null);
  // the question closes itself after success too: then the new keys stand in its place
  const isMade = useRef(false);
  if (keys) return <SecretDialog keys={keys} kind="rotated" onClose={onClose} />;
  return (
    <ConfirmDialog
      isOpen
      onClose={() => {
        if (!isMade.current) onClose();
      }}
      title={t("webhooks.rotate.title")}
      text={t("webhooks.rotate.text")}
      actionLabel={t("webhooks.rotate.do")}
      onConfirm={async () => {
        const made = await adminApi.rotateSecret(endpoint.id);
        isMade.current = true;
        setKeys(made);
        void refresh();
      }}
    />
  );
}

function Remove({ endpoint, onClose }: Acting) {
  const leave = useLeave();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("webhooks.remove.title")}
      text={t("webhooks.remove.text")}
      actionLabel={t("webhooks.remove")}
      onConfirm={async () => {
        await adminApi.removeEndpoint(endpoint.id);
        leave();
        queryClient.removeQueries({ queryKey: ["webhook-endpoints", endpoint.id] });
        await refresh();
      }}
    />
  );
}

const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
type Span = keyof typeof spans;

function Recover({ endpoint, onClose }: Acting) {
  const [span, setSpan] = useState<Span>("day");
  const recover = useMutation({
    mutationFn: () => adminApi.recover(endpoint.id, new Date(Date.now() - spans[span]).toISOString()),
    onSuccess: async ({ count }) => {
      toast({ text: t("webhooks.recover.done", { n: count }) });
      onClose();
      await refresh();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("webhooks.recover")}
      description={t("webhooks.recover.text")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" isBusy={recover.isPending} onClick={() => recover.mutate()}>
            {t("webhooks.recover.do")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2">
        <p className="font-medium">{t("webhooks.recover.since")}</p>
        <div className="flex flex-wrap">
          <Segmented
            label={t("webhooks.recover.since")}
            value={span}
            onChange={setSpan}
            options={(Object.keys(spans) as Span[]).map((one) => ({ value: one, label: t(`webhooks.recover.${one}`) }))}
          />
        </div>
        <FormError>{recover.isError ? problemText(recover.error) : null}</FormError>
      </div>
    </Dialog>
  );
}

function Enable({ endpoint, onClose }: Acting) {
  const [backlog, setBacklog] = useState<"deliver" | "skip">("deliver");
  const enable = useMutation({
    mutationFn: () => adminApi.enableEndpoint(endpoint.id, backlog),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("webhooks.enable.title")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" isBusy={enable.isPending} onClick={() => enable.mutate()}>
            {t("webhooks.enable")}
          </Button>
        </>
      }
    >
      <RadioList
        label={t("webhooks.enable.title")}
        value={backlog}
        onChange={setBacklog}
        options={(["deliver", "skip"] as const).map((one) => ({
          value: one,
          label: t(`webhooks.enable.${one}`),
          hint: t(`webhooks.enable.${one}.hint`),
        }))}
      />
      <FormError>{enable.isError ? problemText(enable.error) : null}</FormError>
    </Dialog>
  );
}
