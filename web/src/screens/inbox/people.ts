import { useQuery } from "@tanstack/react-query";
import {
  ApiError,
  type Channel,
  type ContactRef,
  type Conversation,
  type Label,
  type LabelColor,
  type Member,
} from "../../api.ts";
import { adminQueries } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";

export const labelColor: Record<LabelColor, string> = {
  grey: "oklch(0.62 0.02 260)",
  blue: "oklch(0.6 0.14 258)",
  green: "oklch(0.6 0.13 150)",
  amber: "oklch(0.7 0.14 75)",
  red: "oklch(0.6 0.17 22)",
  teal: "oklch(0.62 0.1 195)",
  brown: "oklch(0.55 0.08 55)",
};

/** A colleague by the name that is shown: their own, else their address. */
export interface Colleague extends Member {
  name: string;
}

const named = (page: { data: Member[] }): Colleague[] =>
  page.data.map((member) => ({ ...member, name: member.name ?? member.email }));
const nobody: Colleague[] = [];

export function useMembers(): Colleague[] {
  return useQuery({ ...queries.members(), select: named }).data ?? nobody;
}

export function useMember(id: string | null | undefined): Colleague | undefined {
  const members = useMembers();
  return id ? members.find((member) => member.id === id) : undefined;
}

/** Who wrote something, by name; a member who left is "Former member". Undefined without an author, and while the members load. */
export function useAuthorName(id: string | null | undefined): string | undefined {
  const members = useMembers();
  if (!id || members === nobody) return undefined;
  return members.find((member) => member.id === id)?.name ?? t("author.former");
}

export function useChannels(): Channel[] {
  return useQuery(queries.channels()).data?.data ?? [];
}

export function useChannel(id: string): Channel | undefined {
  return useChannels().find((channel) => channel.id === id);
}

/** A channel that was removed keeps its conversations; it is in no list, and the server knows it no more. */
export function useIsChannelRemoved(id: string): boolean {
  const listed = useQuery(queries.channels());
  const isMissing = listed.isSuccess && !listed.data.data.some((channel) => channel.id === id);
  // a list has an end: what is not in it is asked for
  const asked = useQuery({ ...adminQueries.channel(id), enabled: isMissing });
  return isMissing && asked.error instanceof ApiError && asked.error.status === 404;
}

/** Why nothing can be sent in a conversation, whatever it is; undefined while something can. */
export function useSilence(conversation: Conversation): "restricted" | "removed" | undefined {
  const isRemoved = useIsChannelRemoved(conversation.channelId);
  return isRemoved ? "removed" : conversation.isRestricted ? "restricted" : undefined;
}

export function useLabels(): Label[] {
  return useQuery(queries.labels()).data?.data ?? [];
}

/** A contact by name, else by the address they write from; numbers and ids read left to right in every language. */
export function contactName(contact: ContactRef): string {
  if (contact.name) return contact.name;
  const identity = contact.identities.find((one) => one.kind === "phone") ?? contact.identities[0];
  return identity ? `\u2066${identity.value}\u2069` : t("contact.unknown");
}
