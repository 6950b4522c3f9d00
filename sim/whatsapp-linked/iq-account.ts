import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node } from "./node.ts";
import type { User } from "./state.ts";
import { findUser, jidAs } from "./users.ts";

/** Settings of the account: privacy, who is blocked, experiments, the line below the name. */
export function answerAccount({ state, device, iq, ask }: Request): BinaryNode[] {
  const { owner } = device;
  const isSet = iq.attrs["type"] === "set";
  if (ask.tag === "privacy") {
    if (!isSet) return [privacyOf(owner)];
    for (const { attrs } of children(ask, "category")) owner.privacy.set(attrs["name"] ?? "", attrs["value"] ?? "");
    return [privacyOf(owner)];
  }
  if (ask.tag === "tokens") return [];
  if (iq.attrs["xmlns"] === "blocklist") {
    const blocked = isSet ? findUser(state, ask.attrs["jid"] ?? "") : undefined;
    if (blocked && ask.attrs["action"] === "block") owner.blocked.add(blocked.phone);
    else if (blocked) owner.blocked.delete(blocked.phone);
    const all = [...owner.blocked].flatMap((phone) => findUser(state, phone) ?? []);
    return [
      node(
        "list",
        {},
        all.map((user) => node("item", { jid: jidAs(user, user.addressing) })),
      ),
    ];
  }
  if (iq.attrs["xmlns"] === "status" && isSet) owner.about = bytesOf(child(iq, "status")).toString();
  if (ask.tag === "props") return [node("props", { protocol: "1", hash: "sim", refresh: "86400" }, [])];
  return [];
}

function privacyOf(owner: User): BinaryNode {
  return node(
    "privacy",
    {},
    [...owner.privacy].map(([name, value]) => node("category", { name, value })),
  );
}
