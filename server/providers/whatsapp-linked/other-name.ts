import { bareJid } from "./jids.ts";
import type { KeyStore } from "./key-store.ts";
import type { OtherName } from "./read-message.ts";

/** The other name of a person, as far as this device knows: the number of a hidden id, the hidden id of a number. */
export const otherNameIn =
  (keys: Pick<KeyStore, "get">): OtherName =>
  async (jid) => {
    const [user = "", server] = bareJid(jid).split("@");
    const isLid = server === "lid";
    if (!isLid && server !== "s.whatsapp.net") return null;
    const id = isLid ? `${user}_reverse` : user;
    const found = (await keys.get("lid-mapping", [id]))[id];
    return found === undefined ? null : `${found}@${isLid ? "s.whatsapp.net" : "lid"}`;
  };
