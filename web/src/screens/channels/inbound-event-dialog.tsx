import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type InboundEvent } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { exactTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";

/** One part as it came, with the two things that can be done about it. */
export function InboundEventDialog({ event, onClose }: { event: InboundEvent; onClose: () => void }) {
  const detail = useQuery(adminQueries.inboundEvent(event.id));
  const settle = useMutation({
    mutationFn: (what: "replay" | "resolve") =>
      what === "replay" ? adminApi.replayEvent(event.id) : adminApi.resolveEvent(event.id),
    onSuccess: (_event, what) => {
      if (what === "replay") toast({ text: t("channel.events.replayed") });
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["channel", event.channelId] }),
  });
  const isOpen = event.resolvedAt === null;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={
        <span dir="ltr" className="font-mono">
          {event.name}
        </span>
      }
      description={
        <>
          {t(`channel.events.kind.${event.kind}`)}
          {event.errorCode && (
            <>
              {" · "}
              <code dir="ltr" className="font-mono text-meta">
                {event.errorCode}
              </code>
            </>
          )}
          {" · "}
          {exactTime(event.receivedAt)}
          {event.attempts > 0 && ` · ${t("channel.events.attempts", { n: event.attempts })}`}
        </>
      }
      actions={
        isOpen && (
          <>
            <Button disabled={settle.isPending} onClick={() => settle.mutate("resolve")}>
              {t("channel.events.resolve")}
            </Button>
            <Button look="primary" isBusy={settle.isPending} onClick={() => settle.mutate("replay")}>
              {t("channel.events.replay")}
            </Button>
          </>
        )
      }
    >
      <Loaded query={detail}>
        {({ body }) => (
          <pre
            dir="ltr"
            tabIndex={0}
            aria-label={t("channel.events.body")}
            className="max-h-80 overflow-auto rounded-control bg-sunken p-3 font-mono text-meta break-words whitespace-pre-wrap"
          >
            {typeof body === "string" ? body : JSON.stringify(body, null, 2)}
          </pre>
        )}
      </Loaded>
      {settle.isError && (
        <p role="alert" className="mt-3 text-brick">
          {problemText(settle.error)}
        </p>
      )}
    </Dialog>
  );
}
