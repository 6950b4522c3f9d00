// Who is shown what a file holds. It names people, of whom those who are limited to channels are shown nothing elsewhere.
import { channelGrants } from "../channels/channel-grants.ts";
import { maySeeSpecial } from "../contacts/special-category.ts";
import { actedBy } from "../identity/identity-events.ts";
import type { Actor } from "../platform/context.ts";
import type { ImportRow } from "./contact-import.ts";

/**
 * Whether somebody sees cells of the file, says which column is what, and starts it: whoever brought or started it, else nobody who is limited to
 * channels. Until it has ended it also takes the right to see special categories: which columns those are is said by the mapping, and whoever
 * may give another one may name none. Who starts somebody else's is limited to no channels, so it stays with whoever brought it.
 */
export function mayOpen(actor: Actor, { createdBy, state }: Pick<ImportRow, "createdBy" | "state">): boolean {
  if (createdBy !== null && createdBy === actedBy(actor).id) return true;
  return channelGrants(actor) === null && (state === "ended" || maySeeSpecial(actor));
}
