import type { Address } from "../address.ts";

/** `user:device@server`, without the device. */
export function bareJid(jid: string): string {
  return jid.replace(/[:_]\d+(?=@)/, "");
}

/** Null for what is no person and no group: status, newsletters, bots. */
export function addressOf(jid: string | null | undefined): Address | null {
  const [user = "", server] = bareJid(jid ?? "").split("@");
  if (server === "lid" && /^\d+$/.test(user)) return { kind: "wa_lid", value: user };
  if ((server === "s.whatsapp.net" || server === "c.us") && /^\d{5,20}$/.test(user))
    return { kind: "phone", value: `+${user}` };
  if (server === "g.us" && /^[\d-]+$/.test(user)) return { kind: "group", value: user };
  return null;
}

/** The names of one person, the strongest first: a number may change its owner, a LID does not. */
export function aliasesOf(...jids: (string | null | undefined)[]): Address[] {
  const found = jids.flatMap((jid) => addressOf(jid) ?? []);
  const lids = found.filter((address) => address.kind === "wa_lid");
  const rest = found.filter((address) => address.kind !== "wa_lid");
  return [...new Map([...lids, ...rest].map((address) => [`${address.kind}/${address.value}`, address])).values()];
}

export function jidOf(address: Address): string | null {
  switch (address.kind) {
    case "phone":
      return `${address.value.replace(/^\+/, "")}@s.whatsapp.net`;
    case "wa_lid":
      return `${address.value}@lid`;
    case "group":
      return `${address.value}@g.us`;
    case "wa_user_id":
    case "wa_parent_user_id":
    case "username":
    case "psid":
    case "igsid":
      return null;
  }
}
