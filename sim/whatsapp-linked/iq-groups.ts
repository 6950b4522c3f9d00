import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node } from "./node.ts";
import {
  addMembers,
  changeSubject,
  createGroup,
  describeGroup,
  findByInvite,
  removeMembers,
  setDescription,
  setRole,
  setSetting,
} from "./groups.ts";
import type { Group, SimState, User } from "./state.ts";
import { findUser, jidAs, userOf } from "./users.ts";

const notFound = [node("error", { code: "404", text: "item-not-found" })];
const forbidden = [node("error", { code: "403", text: "forbidden" })];

/** `w:g2`: list, read, make and change groups. */
export function answerGroups(request: Request): BinaryNode[] {
  const { state, device, iq, ask } = request;
  const { owner } = device;
  const group = state.groups.get(iq.attrs["to"] ?? "");
  if (!group) return withoutGroup(request);
  if (!group.members.has(owner.phone)) return forbidden;
  if (iq.attrs["type"] === "get") {
    if (ask.tag === "query") return [describeGroup(state, group)];
    if (ask.tag === "invite") return [node("invite", { code: group.inviteCode })];
    return [node(ask.tag, {}, [])];
  }
  const isAdmin = group.members.get(owner.phone) !== "member";
  if (!isAdmin && (group.isLocked || ask.tag !== "subject")) return forbidden;
  return change(request, group, usersIn(state, ask)) ?? notFound;
}

function withoutGroup({ state, device, iq, ask }: Request): BinaryNode[] {
  const { owner } = device;
  if (ask.tag === "participating") {
    const mine = [...state.groups.values()].filter((one) => one.members.has(owner.phone));
    return [
      node(
        "groups",
        {},
        mine.map((one) => describeGroup(state, one)),
      ),
    ];
  }
  if (ask.tag === "create") {
    const members = usersIn(state, ask).filter((user) => user.isOnWhatsApp);
    const created = createGroup(state, owner, { subject: ask.attrs["subject"] ?? "", members, except: device });
    return [describeGroup(state, created)];
  }
  if (ask.tag === "leave") {
    for (const { attrs } of children(ask, "group")) {
      const left = state.groups.get(attrs["id"] ?? "");
      if (left) removeMembers(state, left, owner, [owner], device);
    }
    return [node("leave", {}, [])];
  }
  const invited = ask.tag === "invite" ? findByInvite(state, ask.attrs["code"] ?? "") : undefined;
  if (!invited) return notFound;
  if (iq.attrs["type"] === "get") return [describeGroup(state, invited)];
  addMembers(state, invited, owner, [owner], device);
  return [node("group", { jid: invited.jid })];
}

function change({ state, device, ask }: Request, group: Group, users: User[]): BinaryNode[] | undefined {
  const { owner } = device;
  const affected = () => [
    node(
      ask.tag,
      {},
      users.map((user) => node("participant", { jid: jidAs(user, group.addressing) })),
    ),
  ];
  switch (ask.tag) {
    case "subject":
      changeSubject(state, group, owner, bytesOf(ask).toString(), device);
      return [];
    case "description":
      setDescription(state, group, owner, bytesOf(child(ask, "body")).toString(), device);
      return [];
    case "add":
      addMembers(state, group, owner, users, device);
      return affected();
    case "remove":
      removeMembers(state, group, owner, users, device);
      return affected();
    case "promote":
    case "demote":
      setRole(state, group, owner, users, ask.tag, device);
      return affected();
    case "invite":
      group.inviteCode = state.random(12).toString("base64url");
      return [node("invite", { code: group.inviteCode })];
    case "announcement":
    case "not_announcement":
    case "locked":
    case "unlocked":
    case "ephemeral":
    case "not_ephemeral":
      setSetting(state, group, owner, ask.tag, Number(ask.attrs["expiration"] ?? "0"), device);
      return [];
    case "member_add_mode":
    case "membership_approval_mode":
      return [];
    default:
      return undefined;
  }
}

function usersIn(state: SimState, ask: BinaryNode): User[] {
  return children(ask, "participant").flatMap(({ attrs }) => {
    const jid = attrs["jid"] ?? "";
    return jid.endsWith("@lid") ? (findUser(state, jid) ?? []) : userOf(state, jid);
  });
}
