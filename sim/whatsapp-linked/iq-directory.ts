import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node } from "./node.ts";
import { deviceList, findUser, jidAs, lidJid, pnJid, userOf } from "./users.ts";

/** `usync`: who is on WhatsApp, with which devices, under which LID. */
export function answerDirectory({ state, device, ask }: Request): BinaryNode[] {
  const wanted = new Set(children(child(ask, "query")).map((one) => one.tag));
  const users = children(child(ask, "list"), "user").map((entry) => {
    const phone = bytesOf(child(entry, "contact")).toString();
    const address = entry.attrs["jid"] ?? phone;
    const isLid = address.endsWith("@lid");
    const user = isLid ? findUser(state, address) : userOf(state, address);
    const isThere = user?.isOnWhatsApp ?? false;
    const content: BinaryNode[] = [];
    if (wanted.has("contact")) content.push(node("contact", { type: isThere ? "in" : "out" }));
    if (user && isThere) {
      const isHidden = user.hidesNumber && user !== device.owner;
      if (wanted.has("devices")) content.push(node("devices", {}, [deviceList(user)]));
      if (wanted.has("lid") && !isLid && !isHidden) content.push(node("lid", { val: lidJid(user) }));
      if (wanted.has("status")) content.push(node("status", { t: "1700000000" }, Buffer.from(user.about)));
      if (wanted.has("disappearing_mode")) content.push(node("disappearing_mode", { duration: "0", t: "0" }));
    }
    const jid = user ? jidAs(user, isLid ? "lid" : "pn") : address;
    return node("user", { jid: isThere ? jid : user ? pnJid(user) : address }, content);
  });
  const attrs = {
    sid: ask.attrs["sid"] ?? "",
    index: "0",
    last: "true",
    mode: ask.attrs["mode"] ?? "query",
    context: ask.attrs["context"] ?? "",
  };
  return [node("usync", attrs, [node("result", {}, []), node("list", {}, users)])];
}
