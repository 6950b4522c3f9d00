import type { Me, Membership } from "./api.ts";
import { prefs } from "./prefs.ts";

/** The workspace chosen last on this device, else the first. */
export function currentMembership(me: Me | undefined): Membership | undefined {
  return me?.memberships.find((one) => one.workspace.id === prefs().workspaceId) ?? me?.memberships[0];
}
