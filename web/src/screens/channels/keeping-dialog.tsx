import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, adminQueries, type Channel } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { isStricter, isValidKeeping, readKeeping, writeKeeping, type Keeping } from "./channel-words.ts";
import { KeepingChoice } from "./keeping-choice.tsx";

/** Changes how long content is kept, and says beforehand what that does to what is there. */
export function KeepingDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const present = readKeeping(channel.contentMode);
  const [next, setNext] = useState(present);
  const save = useMutation({
    mutationFn: () => adminApi.changeChannel(channel.id, { contentMode: writeKeeping(next) }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["channel", channel.id] });
      onClose();
    },
  });
  const mode = writeKeeping(next);
  const isSame = mode === channel.contentMode;
  const isValid = isValidKeeping(next);
  const destroys = isValid && isStricter(present, next);
  const preview = useQuery({ ...adminQueries.contentMode(channel.id, mode), enabled: destroys });
  const counted = destroys ? preview.data?.destroys : undefined;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("channels.keep.title", { name: channel.name })}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button
            look={destroys ? "danger" : "primary"}
            disabled={isSame || !isValid || (destroys && !counted)}
            isBusy={save.isPending}
            onClick={() => save.mutate()}
          >
            {t(counted && counted.messages > 0 ? "channels.keep.destroy" : "channels.keep.change")}
          </Button>
        </>
      }
    >
      <KeepingChoice value={next} onChange={setNext} />
      {isValid && (
        <p
          role="status"
          className={
            destroys && !isSame ? "mt-3 rounded-control bg-brick-weak px-3 py-2 text-brick" : "mt-3 text-text-2"
          }
        >
          {destroys ? destroysText(next, counted) : t(isSame ? "channels.keep.same" : "channels.keep.looser")}
        </p>
      )}
      {(save.error ?? preview.error) && (
        <p role="alert" className="mt-2 text-brick">
          {problemText(save.error ?? preview.error)}
        </p>
      )}
    </Dialog>
  );
}

function destroysText(next: Keeping, counted: { messages: number; files: number } | undefined): string {
  if (!counted) return t("channels.keep.counting");
  if (counted.messages === 0) return t("channels.keep.destroys.none");
  return t(next.kind === "metadata" ? "channels.keep.destroys.metadata" : "channels.keep.destroys.days", counted);
}
