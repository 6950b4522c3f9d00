import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { blindIndex } from "../platform/seal.ts";
import { matchesQuery, queryTokens } from "../platform/words.ts";
import { identityKinds } from "../providers/address.ts";
import { packedIdentities, viewContact, type ContactView, type PackedIdentity } from "./contact-view.ts";
import { contactQuery, contactText } from "./contact-words.ts";
import { isContactVisible } from "./find-contacts.ts";

const MAX_CONTACTS = 500;
// The tokens know only the first four letters of an unfinished word: opening 2,000 names takes about 40 ms.
const MAX_CANDIDATES = 2_000;

/** Forms in which a typed number or id may have been stored: as it is, and E.164 without spaces and punctuation. */
function addressForms(q: string): string[] {
  const digits = q.replaceAll(/[\s()./-]/g, "");
  return [...new Set([q, digits, /^\d{6,}$/.test(digits) ? `+${digits}` : digits])];
}

/**
 * Contacts whose name has all the words (the last may be a beginning of four letters or more), whose number has these digits from
 * any place on, or whose address is exactly `q`. Those outside the actor's grants are left out.
 */
export async function searchContacts(ctx: Ctx, q: string): Promise<ContactView[]> {
  const indexKey = ctx.keyring.indexKey(ctx.workspaceId, "address");
  const indexes = addressForms(q).flatMap((value) => identityKinds.map((kind) => blindIndex(indexKey, kind, value)));
  const words = contactQuery(q);
  const tokens = queryTokens(ctx.keyring.indexKey(ctx.workspaceId, "search"), words);
  const [byAddress, byWords] = await Promise.all([
    ctx.tx.named<{ contact_id: string }>(
      "contact.by_address",
      "select distinct contact_id from contact_identity where workspace_id = $1 and address_index = any ($2::bytea[])",
      [ctx.workspaceId, indexes],
    ),
    tokens.length === 0
      ? []
      : ctx.tx.named<{ contact_id: string }>(
          "contact.by_words",
          "select s as contact_id from kw.search_contacts($1::bigint[], $2) s",
          [tokens, MAX_CANDIDATES],
        ),
  ]);
  const exact = new Set(byAddress.map((row) => row.contact_id));
  const candidates = await readContactViews(ctx, [...exact, ...byWords.map((row) => row.contact_id)]);
  return candidates
    .filter((contact) => exact.has(contact.id) || matchesQuery(contactText(contact), words))
    .slice(0, MAX_CONTACTS);
}

interface Row {
  id: string;
  name: Buffer | null;
  is_group: boolean;
  identities: PackedIdentity[];
}

/** Contacts by id, last changed first; merged ones, restricted ones and those outside the actor's grants are left out. */
export async function readContactViews(ctx: Ctx, ids: readonly string[]): Promise<ContactView[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.tx.named<Row>(
    "contact.views",
    `select c.id, c.name, c.is_group, ${packedIdentities} as identities from contact c
     where c.workspace_id = $1 and c.id = any ($2::text[]) and c.merged_into is null and c.restricted_at is null
       and ${isContactVisible("$3")}
     order by c.updated_at desc, c.id desc`,
    [ctx.workspaceId, ids, channelGrants(ctx.actor)],
  );
  return rows.map((row) => viewContact(ctx.keyring, ctx.workspaceId, { ...row, isGroup: row.is_group }));
}

export async function searchContactIds(ctx: Ctx, q: string): Promise<string[]> {
  return (await searchContacts(ctx, q)).map((contact) => contact.id);
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
