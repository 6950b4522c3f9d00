import type { Ctx } from "../platform/context.ts";
import { contactUpdated } from "./contact-events.ts";

/** SQL that is true where the contact of this id may be worked with; `workspace` and `contact` are SQL expressions. */
export const isWorkable = (workspace: string, contact: string): string =>
  `not exists (select 1 from contact r where r.workspace_id = ${workspace} and r.id = ${contact} and r.restricted_at is not null)`;

/**
 * Stops all work with a person's data but its storing: nothing is sent to them, and they are in no search, segment or figure. What they
 * write is still stored. `isRestricted: false` ends it. Returns the contacts that changed.
 */
export async function restrictContacts(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock" | "emit">,
  contactIds: readonly string[],
  isRestricted: boolean,
): Promise<string[]> {
  const now = ctx.clock.now();
  const rows = await ctx.tx.query<{ id: string }>(
    `update contact set restricted_at = $3, updated_at = $4
     where workspace_id = $1 and id = any ($2::text[]) and (restricted_at is null) = $5 returning id`,
    [ctx.workspaceId, contactIds, isRestricted ? now : null, now, isRestricted],
  );
  const { workspaceId } = ctx;
  await ctx.emit(
    ctx.tx,
    contactUpdated,
    rows.map(({ id }) => ({ workspaceId, payload: { contactId: id } })),
  );
  return rows.map(({ id }) => id);
}
