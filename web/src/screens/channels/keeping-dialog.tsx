import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type Channel } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { isStricter, isValidKeeping, readKeeping, writeKeeping } from "./channel-words.ts";
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
  const isSame = writeKeeping(next) === channel.contentMode;
  const destroys = isStricter(present, next);
  const isValid = isValidKeeping(next);
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
            disabled={isSame || !isValid}
            isBusy={save.isPending}
            onClick={() => save.mutate()}
          >
            {t("channels.keep.change")}
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
          {t(isSame ? "channels.keep.same" : destroys ? "channels.keep.stricter" : "channels.keep.looser")}
        </p>
      )}
      {save.isError && (
        <p role="alert" className="mt-2 text-brick">
          {problemText(save.error)}
        </p>
      )}
    </Dialog>
  );
}
