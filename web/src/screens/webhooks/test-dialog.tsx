import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { adminApi, type Endpoint } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { AttemptLine } from "./attempt-line.tsx";

/** Sends a signed sample and shows what the receiver said. */
export function TestDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: () => adminApi.testEndpoint(endpoint.id) });
  useEffect(() => mutate(), [mutate]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("webhooks.test.title")}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button isBusy={isPending} onClick={() => mutate()}>
            {t("webhooks.test")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t("page.done")}
          </Button>
        </>
      }
    >
      <div role="status">
        {isPending || (!data && !error) ? (
          <p className="text-text-2">{t("webhooks.test.sending")}</p>
        ) : data ? (
          <AttemptLine attempt={data} />
        ) : (
          <p className="text-brick">{problemText(error)}</p>
        )}
      </div>
    </Dialog>
  );
}
