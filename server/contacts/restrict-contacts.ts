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

/** Somebody reported them as a child. */
export async function isMinor(ctx: Pick<Ctx, "tx" | "workspaceId">, contactId: string): Promise<boolean> {
  const rows = await ctx.tx.named(
    "contact.is_minor",
    "select 1 from contact where workspace_id = $1 and id = $2 and minor_at is not null",
    [ctx.workspaceId, contactId],
  );
  return rows.length > 0;
}

/** Marks people as children, or takes the mark back. Returns those whose restriction came with the mark and may end with it. */
export async function markMinors(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "clock" | "emit">,
  contactIds: readonly string[],
  isMinor: boolean,
): Promise<string[]> {
  const rows = await ctx.tx.query<{ id: string; hasRestricted: boolean }>(
    `update contact c set minor_at = $3 from contact o where c.workspace_id = $1 and c.id = any ($2::text[])
       and o.workspace_id = c.workspace_id and o.id = c.id and (c.minor_at is null) = $4
     returning c.id, o.restricted_at is not distinct from o.minor_at as "hasRestricted"`,
    [ctx.workspaceId, contactIds, isMinor ? ctx.clock.now() : null, isMinor],
  );
  const { workspaceId } = ctx;
  await ctx.emit(
    ctx.tx,
    contactUpdated,
    rows.map(({ id }) => ({ workspaceId, payload: { contactId: id } })),
  );
  return rows.filter(({ hasRestricted }) => hasRestricted).map(({ id }) => id);
}
