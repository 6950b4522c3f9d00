// Who is shown what a file holds, of those who may import at all: nobody who is limited to channels (`contact:import`).
import { maySeeSpecial } from "../contacts/special-category.ts";
import { actedBy } from "../identity/identity-events.ts";
import type { Actor } from "../platform/context.ts";
import type { ImportRow } from "./contact-import.ts";

/**
 * Whether somebody sees cells of the file, says which column is what, and starts it. Until it has ended others than whoever brought it need the
 * right to see special categories: which columns those are is said by the mapping, and whoever may give another one may name none.
 */
export const mayOpen = (actor: Actor, { createdBy, state }: Pick<ImportRow, "createdBy" | "state">): boolean =>
  state === "ended" || maySeeSpecial(actor) || (createdBy !== null && createdBy === actedBy(actor).id);
