import { useMutation } from "@tanstack/react-query";
import { adminApi, type Session } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { clockTime } from "../../../time.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyWell } from "../../../ui/copy-well.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { PairingCode } from "./pairing-code.tsx";

/** A pairing under way: the code, another way to it, and a link for whoever holds the phone. */
export function PairingPanel({
  channelId,
  session,
  onOther,
}: {
  channelId: string;
  session: Session;
  onOther: () => void;
}) {
  const share = useMutation({ mutationFn: () => adminApi.shareSession(channelId) });
  const cancel = useMutation({ mutationFn: () => adminApi.logOutSession(channelId) });
  const failed = share.error ?? cancel.error;
  return (
    <div className="flex flex-col gap-4 rounded-panel border border-line bg-surface p-4">
      <PairingCode session={session} />
      <div className="flex flex-col gap-3 border-t border-line pt-4">
        <div className="flex flex-wrap gap-2">
          <Button onClick={onOther}>{t("link.other")}</Button>
          <Button isBusy={share.isPending} onClick={() => share.mutate()}>
            {t("link.share")}
          </Button>
          <Button isBusy={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
            {t("link.cancel")}
          </Button>
        </div>
        {failed && (
          <p role="alert" className="text-brick">
            {problemText(failed)}
          </p>
        )}
        {share.data && (
          <div className="flex flex-col gap-1.5">
            <CopyWell
              value={share.data.url}
              label={t("link.share.url")}
              copyLabel={t("app.copy")}
              copiedLabel={t("app.copied")}
            />
            <p className="text-meta text-text-2">{t("link.share.text", { at: clockTime(share.data.expiresAt) })}</p>
          </div>
        )}
      </div>
    </div>
  );
}
