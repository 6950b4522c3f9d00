import { addMembers, changeSubject, createGroup, removeMembers, setRole } from "./groups.ts";
import type { Group, SimState } from "./state.ts";
import { userOf } from "./users.ts";

function viewGroup({ jid, subject, creator, addressing, members, inviteCode, description }: Group) {
  const list = [...members].map(([phone, role]) => ({ phone, role }));
  return { jid, subject, creator, addressing, members: list, inviteCode, description: description?.text };
}

export function groupControl(state: SimState) {
  const groupOf = (jid: string) => {
    const group = state.groups.get(jid);
    if (!group) throw new Error(`no group ${jid}`);
    return group;
  };
  const users = (phones: string[]) => phones.map((phone) => userOf(state, phone));
  return {
    groups: () => [...state.groups.values()].map(viewGroup),
    group: ({ group }: { group: string }) => viewGroup(groupOf(group)),
    createGroup: ({
      creator,
      subject,
      members,
      addressing = "lid",
    }: {
      creator: string;
      subject: string;
      members: string[];
      addressing?: "pn" | "lid";
    }) => viewGroup(createGroup(state, userOf(state, creator), { subject, members: users(members), addressing })),
    /** A member changes the group; each part may be left out. */
    changeGroup: (input: {
      group: string;
      by: string;
      add?: string[];
      remove?: string[];
      promote?: string[];
      demote?: string[];
      subject?: string;
    }) => {
      const group = groupOf(input.group);
      const by = userOf(state, input.by);
      if (input.add) addMembers(state, group, by, users(input.add));
      if (input.remove) removeMembers(state, group, by, users(input.remove));
      if (input.promote) setRole(state, group, by, users(input.promote), "promote");
      if (input.demote) setRole(state, group, by, users(input.demote), "demote");
      if (input.subject !== undefined) changeSubject(state, group, by, input.subject);
      return viewGroup(group);
    },
  };
}
