import { useMutation } from "@tanstack/react-query";
import { adminApi, type ApiKey } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { MadeDialog, MakeDialog } from "./make-dialog.tsx";

/** Makes a key's successor and shows it, this once. The old one goes on for a day; one that others could read ends at once. */
export function RotateKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const isLeaked = apiKey.leakedAt !== null;
  const rotate = useMutation({
    mutationFn: () => adminApi.rotateApiKey(apiKey.id, { overlapHours: isLeaked ? 0 : 24 }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  if (rotate.isSuccess)
    return (
      <MadeDialog
        title={t("keys.made.title")}
        text={t("keys.made.text")}
        label={t("keys.made.name")}
        value={rotate.data.key}
        onClose={onClose}
      />
    );
  return (
    <MakeDialog
      id="rotate-key"
      title={t("keys.rotate.title", { name: apiKey.name })}
      text={t(isLeaked ? "keys.rotate.leaked" : "keys.rotate.text")}
      action={t("keys.make")}
      isBusy={rotate.isPending}
      onSubmit={() => rotate.mutate()}
      onClose={onClose}
    >
      <FormError>{rotate.isError ? problemText(rotate.error) : null}</FormError>
    </MakeDialog>
  );
}
