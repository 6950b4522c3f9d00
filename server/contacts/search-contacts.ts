import type { Ctx } from "../platform/context.ts";
import { blindIndex } from "../platform/seal.ts";
import { queryTokens } from "../platform/words.ts";
import { identityKinds } from "../providers/address.ts";

const MAX_CONTACTS = 500;

/** Forms in which a typed number or id may have been stored: as it is, and E.164 without spaces and punctuation. */
function addressForms(q: string): string[] {
  const digits = q.replaceAll(/[\s()./-]/g, "");
  return [...new Set([q, digits, /^\d{6,}$/.test(digits) ? `+${digits}` : digits])];
}

/** Contacts whose name has all the words (the last may be a beginning of four letters or more), or whose address is exactly `q`. */
export async function searchContactIds(ctx: Ctx, q: string): Promise<string[]> {
  const indexKey = ctx.keyring.indexKey(ctx.workspaceId, "address");
  const indexes = addressForms(q).flatMap((value) => identityKinds.map((kind) => blindIndex(indexKey, kind, value)));
  const byAddress = await ctx.tx.named<{ contact_id: string }>(
    "contact.by_address",
    "select distinct contact_id from contact_identity where workspace_id = $1 and address_index = any ($2::bytea[])",
    [ctx.workspaceId, indexes],
  );
  const tokens = queryTokens(ctx.keyring.indexKey(ctx.workspaceId, "search"), q);
  const byName =
    tokens.length === 0
      ? []
      : await ctx.tx.named<{ contact_id: string }>(
          "contact.by_words",
          "select s as contact_id from kw.search_contacts($1::bigint[], $2) s",
          [tokens, MAX_CONTACTS],
        );
  return [...new Set([...byAddress, ...byName].map((row) => row.contact_id))];
}

/** Conversations of the contacts that match. */
export async function searchConversationIds(ctx: Ctx, q: string): Promise<string[]> {
  const contactIds = await searchContactIds(ctx, q);
  if (contactIds.length === 0) return [];
  const rows = await ctx.tx.named<{ id: string }>(
    "conversation.by_contacts",
    "select id from conversation where workspace_id = $1 and contact_id = any ($2::text[])",
    [ctx.workspaceId, contactIds],
  );
  return rows.map((row) => row.id);
}
