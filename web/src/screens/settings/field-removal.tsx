import { adminApi, type ContactField } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";

/** Says first that the values are destroyed with it. */
export function FieldRemoval({
  field,
  onClose,
  onRemoved,
}: {
  field: ContactField;
  onClose: () => void;
  onRemoved: () => Promise<void>;
}) {
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("fields.remove.title", { name: field.label })}
      text={t("fields.remove.text")}
      actionLabel={t("fields.remove.action")}
      onConfirm={async () => {
        await adminApi.removeField(field.id);
        await onRemoved();
      }}
    />
  );
}
