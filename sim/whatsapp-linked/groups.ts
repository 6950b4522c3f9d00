import { notify } from "./deliver.ts";
import { membersOf } from "./group-messages.ts";
import type { BinaryNode } from "./node.ts";
import { node } from "./node.ts";
import type { Device, Group, SimState, User } from "./state.ts";
import { announce, newStanzaId, nowMs } from "./state.ts";
import { findUser, jidAs, lidJid, pnJid } from "./users.ts";

export interface NewGroup {
  subject: string;
  members: User[];
  addressing?: "pn" | "lid";
  /** The device that asked: it has its answer already. */
  except?: Device;
}

export function createGroup(
  state: SimState,
  creator: User,
  { subject, members, addressing = "lid", except }: NewGroup,
): Group {
  if (subject === "" || [...subject].length > 100) throw new Error("a group has a subject of 1 to 100 characters");
  const group: Group = {
    jid: `1203630${BigInt(`0x${state.random(6).toString("hex")}`)
      .toString()
      .padStart(15, "0")
      .slice(-11)}@g.us`,
    subject,
    subjectAt: nowMs(state),
    creator: creator.phone,
    createdAt: nowMs(state),
    addressing,
    members: new Map(members.map((member) => [member.phone, "member"])),
    inviteCode: state.random(12).toString("base64url"),
    isAnnouncement: false,
    isLocked: false,
    ephemeralSeconds: 0,
    keyHolders: new Set(),
  };
  group.members.set(creator.phone, "superadmin");
  state.groups.set(group.jid, group);
  tellMembers(
    state,
    group,
    creator,
    node("create", { type: "new", key: newStanzaId(state) }, [describeGroup(state, group)]),
    except,
  );
  announce(state, { kind: "users" });
  return group;
}

/** The `group` node of answers and notifications. */
export function describeGroup(state: SimState, group: Group): BinaryNode {
  const creator = findUser(state, group.creator);
  const { description } = group;
  const about = description
    ? [
        node(
          "description",
          { id: description.id, t: seconds(description.at), participant: jidOfPhone(state, group, description.by) },
          [node("body", {}, Buffer.from(description.text))],
        ),
      ]
    : [];
  const attrs = {
    id: group.jid.split("@")[0] ?? "",
    subject: group.subject,
    s_t: seconds(group.subjectAt),
    s_o: jidOfPhone(state, group, group.creator),
    creation: seconds(group.createdAt),
    creator: jidOfPhone(state, group, group.creator),
    ...(creator ? { creator_pn: pnJid(creator) } : {}),
    addressing_mode: group.addressing,
    size: String(group.members.size),
  };
  return node("group", attrs, [
    ...membersOf(state, group).map((member) => participant(group, member)),
    ...about,
    ...(group.isAnnouncement ? [node("announcement")] : []),
    ...(group.isLocked ? [node("locked")] : []),
    ...(group.ephemeralSeconds > 0 ? [node("ephemeral", { expiration: String(group.ephemeralSeconds) })] : []),
  ]);
}

function participant(group: Group, member: User): BinaryNode {
  const role = group.members.get(member.phone);
  const alias =
    group.addressing === "pn" ? { lid: lidJid(member) } : member.hidesNumber ? {} : { phone_number: pnJid(member) };
  const type = role === undefined || role === "member" ? {} : { type: role };
  return node("participant", { jid: jidAs(member, group.addressing), ...alias, ...type });
}

export function findByInvite(state: SimState, code: string): Group | undefined {
  return [...state.groups.values()].find((one) => one.inviteCode === code);
}

export function addMembers(state: SimState, group: Group, by: User, users: User[], except?: Device): void {
  const added = users.filter((user) => !group.members.has(user.phone));
  for (const user of added) group.members.set(user.phone, "member");
  if (added.length > 0)
    tellMembers(
      state,
      group,
      by,
      node(
        "add",
        {},
        added.map((one) => participant(group, one)),
      ),
      except,
    );
}

/** Who stays makes a new sender key, so that who left cannot read on. */
export function removeMembers(state: SimState, group: Group, by: User, users: User[], except?: Device): void {
  const removed = users.filter((user) => group.members.has(user.phone));
  if (removed.length === 0) return;
  tellMembers(
    state,
    group,
    by,
    node(
      "remove",
      {},
      removed.map((one) => participant(group, one)),
    ),
    except,
  );
  for (const user of removed) group.members.delete(user.phone);
  group.keyHolders.clear();
  for (const member of membersOf(state, group)) {
    void member.party.keys.set({ "sender-key": { [`${group.jid}::${member.lid}_1::0`]: null } });
  }
}

export function setRole(
  state: SimState,
  group: Group,
  by: User,
  users: User[],
  change: "promote" | "demote",
  except?: Device,
): void {
  const changed = users.filter((user) => group.members.has(user.phone));
  for (const user of changed) group.members.set(user.phone, change === "promote" ? "admin" : "member");
  tellMembers(
    state,
    group,
    by,
    node(
      change,
      {},
      changed.map((one) => participant(group, one)),
    ),
    except,
  );
}

export function changeSubject(state: SimState, group: Group, by: User, subject: string, except?: Device): void {
  group.subject = subject;
  group.subjectAt = nowMs(state);
  const attrs = { subject, s_t: seconds(group.subjectAt), s_o: jidAs(by, group.addressing) };
  tellMembers(state, group, by, node("subject", attrs), except);
}

export function setDescription(state: SimState, group: Group, by: User, text: string, except?: Device): void {
  const id = newStanzaId(state);
  if (text === "") delete group.description;
  else group.description = { id, text, by: by.phone, at: nowMs(state) };
  tellMembers(state, group, by, node("description", { id }, [node("body", {}, Buffer.from(text))]), except);
}

export function setSetting(
  state: SimState,
  group: Group,
  by: User,
  setting: string,
  expiration: number,
  except?: Device,
): void {
  if (setting.endsWith("announcement")) group.isAnnouncement = setting === "announcement";
  if (setting.endsWith("locked")) group.isLocked = setting === "locked";
  if (setting.endsWith("ephemeral")) group.ephemeralSeconds = setting === "ephemeral" ? expiration : 0;
  tellMembers(state, group, by, node(setting, expiration > 0 ? { expiration: String(expiration) } : {}), except);
}

function tellMembers(state: SimState, group: Group, by: User, change: BinaryNode, except?: Device): void {
  const alias =
    group.addressing === "pn" ? { participant_lid: lidJid(by) } : by.hidesNumber ? {} : { participant_pn: pnJid(by) };
  const attrs = {
    type: "w:gp2",
    from: group.jid,
    participant: jidAs(by, group.addressing),
    notify: by.name,
    addressing_mode: group.addressing,
    ...alias,
  };
  for (const member of membersOf(state, group)) {
    for (const device of member.devices.values()) if (device !== except) notify(state, device, attrs, [change]);
  }
}

function jidOfPhone(state: SimState, group: Group, phone: string): string {
  const user = findUser(state, phone);
  return user ? jidAs(user, group.addressing) : pnJid({ phone } as User);
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
