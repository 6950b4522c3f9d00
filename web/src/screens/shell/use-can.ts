import { useQuery } from "@tanstack/react-query";
import type { Membership } from "../../api.ts";
import { currentMembership } from "../../membership.ts";
import { queries } from "../../queries.ts";

export function useMembership(): Membership | undefined {
  return currentMembership(useQuery(queries.me()).data);
}

/** Whether this person's role allows something here. The server decides again; this only keeps dead buttons off the screen. */
export function useCan(permission: string): boolean {
  return useMembership()?.permissions.includes(permission) ?? false;
}
