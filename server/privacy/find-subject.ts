// Who a request is about.
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import { blindIndex } from "../platform/seal.ts";
import { identityKinds } from "../providers/address.ts";

type FindCtx = Pick<Ctx, "tx" | "workspaceId" | "keyring">;

/** The living contact behind an id or an address; null for an address that nobody here has. @throws not_found for an id of nobody */
export async function findSubject(
  ctx: FindCtx,
  { contactId, identity }: { contactId?: string | undefined; identity?: string | undefined },
): Promise<string | null> {
  if (contactId !== undefined) {
    const [row] = await ctx.tx.query<{ id: string }>(
      "select coalesce(merged_into, id) as id from contact where workspace_id = $1 and id = $2",
      [ctx.workspaceId, contactId],
    );
    if (!row) throw notFound();
    return row.id;
  }
  return identity === undefined ? null : findByAddress(ctx, identity);
}

async function findByAddress(ctx: FindCtx, identity: string): Promise<string | null> {
  const key = ctx.keyring.indexKey(ctx.workspaceId, "address");
  const compact = identity.trim().replaceAll(/[\s()./-]/g, "");
  const forms = [identity.trim(), compact, /^\d{7,15}$/.test(compact) ? `+${compact}` : compact];
  const indexes = [...new Set(forms)].flatMap((value) => identityKinds.map((kind) => blindIndex(key, kind, value)));
  const [row] = await ctx.tx.query<{ id: string }>(
    `select coalesce(c.merged_into, c.id) as id from contact_identity n
     join contact c on c.workspace_id = n.workspace_id and c.id = n.contact_id
     where n.workspace_id = $1 and n.address_index = any ($2::bytea[]) order by n.created_at limit 1`,
    [ctx.workspaceId, indexes],
  );
  return row?.id ?? null;
}

/** The contact and every one that was merged into it: their keys and rows are one person's. */
export async function wholeContact(ctx: Pick<Ctx, "tx" | "workspaceId">, contactId: string): Promise<string[]> {
  const rows = await ctx.tx.query<{ id: string }>(
    "select id from contact where workspace_id = $1 and merged_into = $2 order by id",
    [ctx.workspaceId, contactId],
  );
  return [contactId, ...rows.map(({ id }) => id)];
}
