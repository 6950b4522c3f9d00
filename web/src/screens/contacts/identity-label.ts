import { t, type TextKey } from "../../text.ts";

const names: Record<string, TextKey> = {
  phone: "identity.phone",
  wa_user_id: "identity.wa_user_id",
  wa_parent_user_id: "identity.wa_parent_user_id",
  username: "identity.username",
  group: "identity.group",
  psid: "identity.psid",
  igsid: "identity.igsid",
};

export function identityLabel(kind: string): string {
  return t(names[kind] ?? "identity.other");
}
