import { useRouter } from "@tanstack/react-router";
import type { Me } from "../../api.ts";
import { currentMembership } from "../../membership.ts";
import { prefs } from "../../prefs.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { links } from "../../links.ts";

/** Only a path of this app: an address with a host of its own would lead people away. */
export function safeNext(next: unknown): string | undefined {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : undefined;
}

/** Brings someone who has just signed in to where they wanted, by way of the workspaces when they must choose. */
export function useArrive(): (me: Me, next?: string) => void {
  const router = useRouter();
  return (me, next) => {
    // Nothing of whoever used this tab before stays in memory.
    queryClient.clear();
    queryClient.setQueryData(queries.me().queryKey, me);
    const knows = me.memberships.some((one) => one.workspace.id === prefs().workspaceId);
    const mustChoose = me.memberships.length > 1 && !knows;
    if (mustChoose || !currentMembership(me)) return void router.navigate(links.workspaces(next));
    router.history.push(next ?? "/inbox");
  };
}
