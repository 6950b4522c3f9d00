import type { EndpointWithSecret } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Dialog } from "../../ui/dialog.tsx";

/** What the receiver needs to check signatures; the secret is not shown again. */
export function SecretDialog({
  keys,
  kind,
  onClose,
}: {
  keys: EndpointWithSecret;
  kind: "made" | "rotated";
  onClose: () => void;
}) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t(`webhooks.${kind}.title`)}
      description={t(`webhooks.${kind}.text`)}
      closeLabel={t("app.close")}
      actions={
        <Button look="primary" onClick={onClose}>
          {t("page.done")}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {(["secret", "publicKey"] as const).map((name) => (
          <div key={name} className="flex flex-col gap-1.5">
            <p className="font-medium">{t(`webhooks.${name}`)}</p>
            <CopyWell
              value={keys[name]}
              label={t(`webhooks.${name}`)}
              copyLabel={t("app.copy")}
              copiedLabel={t("app.copied")}
            />
          </div>
        ))}
      </div>
    </Dialog>
  );
}
