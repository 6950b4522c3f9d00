import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { adminApi, adminQueries, type Channel } from "../../../admin-api.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { fieldProblem, problemText } from "../../shell/problem-text.ts";
import { FormError } from "../../sign-in/auth-page.tsx";

export interface Pace {
  perSecond: number;
  perContactMs: number;
}

/** What a phone has that nobody gave another pace (server: whatsapp-linked/capabilities.ts). */
const careful: Pace = { perSecond: 1, perContactMs: 3_000 };

export function paceOf(channel: Channel): Pace | null {
  const { pace } = channel.settings as { pace?: Pace };
  return pace ?? null;
}

export function paceText(channel: Channel): string {
  const pace = paceOf(channel);
  const { perSecond, perContactMs } = pace ?? careful;
  return t(pace ? "link.pace.own" : "link.pace.careful", { perSecond, seconds: perContactMs / 1000 });
}

/** How fast one phone may send. Slower is safe; faster is at the owner's risk. */
export function PaceDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const now = paceOf(channel) ?? careful;
  const [perSecond, setPerSecond] = useState(String(now.perSecond));
  const [seconds, setSeconds] = useState(String(now.perContactMs / 1000));
  const save = useMutation({
    mutationFn: (pace: Pace | null) => adminApi.changeChannel(channel.id, { settings: { pace } }),
    onSuccess: (changed) => {
      queryClient.setQueryData(adminQueries.channel(channel.id).queryKey, changed);
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ perSecond: numberOf(perSecond), perContactMs: Math.round(numberOf(seconds) * 1000) });
  };
  const wrong = (field: string): string | undefined => fieldProblem(save.error, field);
  const hasFieldProblem = wrong("perSecond") !== undefined || wrong("perContactMs") !== undefined;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("link.pace.title", { name: channel.name })}
      description={t("link.pace.risk")}
      actions={
        <>
          {paceOf(channel) !== null && (
            <Button look="quiet" className="-ms-3 me-auto" onClick={() => save.mutate(null)}>
              {t("link.pace.reset")}
            </Button>
          )}
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="channel-pace" isBusy={save.isPending}>
            {t("app.save")}
          </Button>
        </>
      }
    >
      <form id="channel-pace" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("link.pace.perSecond")}
          error={wrong("perSecond")}
          inputMode="decimal"
          dir="ltr"
          value={perSecond}
          onChange={(event) => setPerSecond(event.target.value)}
        />
        <TextField
          label={t("link.pace.perContact")}
          error={wrong("perContactMs")}
          inputMode="decimal"
          dir="ltr"
          value={seconds}
          onChange={(event) => setSeconds(event.target.value)}
        />
        <FormError>{save.isError && !hasFieldProblem ? problemText(save.error) : null}</FormError>
      </form>
    </Dialog>
  );
}

/** What is no number is the server's to refuse: it becomes one that no phone can have. */
function numberOf(text: string): number {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? -1 : value;
}
