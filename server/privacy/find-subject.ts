// Who a request is about.
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import { blindIndex } from "../platform/seal.ts";
import { identityKinds, type AddressKind } from "../providers/address.ts";

type FindCtx = Pick<Ctx, "tx" | "workspaceId" | "keyring">;

/** What Meta calls a person by; never a phone number, though its ids are digits that may look like one. */
const metaKinds = ["wa_user_id", "psid", "igsid"] as const satisfies readonly AddressKind[];

/** The living contact behind an id or an address; null for an address that nobody here has. @throws not_found for an id of nobody */
export async function findSubject(
  ctx: FindCtx,
  input: { contactId?: string | undefined; identity?: string | undefined; source: string },
): Promise<string | null> {
  const { contactId, identity, source } = input;
  if (contactId !== undefined) {
    const [row] = await ctx.tx.query<{ id: string }>(
      "select coalesce(merged_into, id) as id from contact where workspace_id = $1 and id = $2",
      [ctx.workspaceId, contactId],
    );
    if (!row) throw notFound();
    return row.id;
  }
  return identity === undefined
    ? null
    : source === "meta"
      ? findByAddress(ctx, metaKinds, [identity])
      : findByAddress(ctx, identityKinds, formsOf(identity));
}

/** The living contact behind the first of these numbers that somebody here has, in one query; null where nobody has one. */
export const findByNumbers = (ctx: FindCtx, numbers: readonly string[]): Promise<string | null> =>
  findByAddress(ctx, identityKinds, numbers.flatMap(formsOf));

/** As somebody may write it down. */
function formsOf(identity: string): string[] {
  const compact = identity.trim().replaceAll(/[\s()./-]/g, "");
  return [...new Set([identity.trim(), compact, /^\d{7,15}$/.test(compact) ? `+${compact}` : compact])];
}

async function findByAddress(
  ctx: FindCtx,
  kinds: readonly AddressKind[],
  forms: readonly string[],
): Promise<string | null> {
  const key = ctx.keyring.indexKey(ctx.workspaceId, "address");
  const indexes = forms.flatMap((value) => kinds.map((kind) => blindIndex(key, kind, value)));
  const [row] = await ctx.tx.query<{ id: string }>(
    `select coalesce(c.merged_into, c.id) as id from contact_identity n
     join contact c on c.workspace_id = n.workspace_id and c.id = n.contact_id
     where n.workspace_id = $1 and n.address_index = any ($2::bytea[])
     order by array_position($2::bytea[], n.address_index), n.created_at limit 1`,
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
