import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime, exactTime } from "../../time.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { AttemptLine } from "./attempt-line.tsx";
import { deliveryTone } from "./endpoint-words.ts";

/** One delivery with everything that was tried. */
export function DeliveryDialog({ id, canManage, onClose }: { id: string; canManage: boolean; onClose: () => void }) {
  const detail = useQuery({ ...adminQueries.delivery(id), refetchInterval: 3_000 });
  const replay = useMutation({
    mutationFn: () => adminApi.replayDelivery(id),
    onSuccess: async () => {
      toast({ text: t("webhooks.delivery.replayed") });
      await queryClient.invalidateQueries({ queryKey: ["webhook-endpoints"] });
      onClose();
    },
  });
  const { data } = detail;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={
        <span dir="ltr" className="font-mono">
          {data?.eventType ?? "…"}
        </span>
      }
      description={
        data && (
          <>
            <code dir="ltr" className="font-mono text-meta break-all">
              {data.eventId}
            </code>
            {" · "}
            {exactTime(data.occurredAt)}
          </>
        )
      }
      actions={
        canManage && (
          <Button look="primary" isBusy={replay.isPending} onClick={() => replay.mutate()}>
            {t("webhooks.delivery.replay")}
          </Button>
        )
      }
    >
      <Loaded query={detail}>
        {({ state, nextAttemptAt, attemptLog }) => (
          <div className="flex flex-col gap-4">
            <p className="flex flex-wrap items-center gap-3">
              <Badge tone={deliveryTone[state]}>{t(`webhooks.delivery.${state}`)}</Badge>
              {nextAttemptAt && (
                <span className="text-meta text-text-2">
                  {t("webhooks.delivery.next", { at: dayAndTime(nextAttemptAt) })}
                </span>
              )}
            </p>
            {attemptLog.length === 0 ? (
              <p className="text-text-2">{t("webhooks.delivery.none")}</p>
            ) : (
              <ol aria-label={t("webhooks.delivery.attempts")} className="flex flex-col gap-4">
                {attemptLog.toReversed().map((attempt) => (
                  <li key={attempt.id}>
                    <AttemptLine attempt={attempt} />
                  </li>
                ))}
              </ol>
            )}
          </div>
        )}
      </Loaded>
      {replay.isError && (
        <p role="alert" className="mt-3 text-brick">
          {problemText(replay.error)}
        </p>
      )}
    </Dialog>
  );
}
