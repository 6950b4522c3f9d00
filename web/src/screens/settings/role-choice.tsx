import type { Role } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { RadioList } from "../../ui/radio-list.tsx";
import { useMembership } from "../shell/use-can.ts";

const roles: readonly Role[] = ["agent", "admin", "owner"];

/** A role with what it may; only owners deal in ownership. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (value: Role) => void }) {
  const isOwner = useMembership()?.role === "owner";
  return (
    <RadioList
      label={t("members.role")}
      value={value}
      onChange={onChange}
      options={roles.map((role) => ({
        value: role,
        label: t(`page.role.${role}`),
        hint: role === "owner" && !isOwner ? t("members.ownerOnly") : t(`page.role.${role}.hint`),
        disabled: role === "owner" && !isOwner,
      }))}
    />
  );
}
