import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type ContactField } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";

/** Says first how many values are destroyed with it. */
export function FieldRemoval({
  field,
  onClose,
  onRemoved,
}: {
  field: ContactField;
  onClose: () => void;
  onRemoved: () => Promise<void>;
}) {
  const use = useQuery(adminQueries.fieldUse(field.id));
  const text = use.data
    ? t("fields.remove.text", { count: use.data.contacts })
    : use.isError
      ? problemText(use.error)
      : t("fields.remove.counting");
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("fields.remove.title", { name: field.label })}
      text={<span role="status">{text}</span>}
      actionLabel={t("fields.remove.action")}
      onConfirm={async () => {
        await adminApi.removeField(field.id);
        await onRemoved();
      }}
    />
  );
}
