import { channelGrants } from "../channels/channel-grants.ts";
import type { Actor, Ctx } from "../platform/context.ts";
import { KeyDestroyed, type DataKey } from "../platform/keyring.ts";
import { notFound } from "../platform/problem.ts";
import { isAllowed, type Permission } from "../platform/route.ts";
import { tryOpenText } from "../platform/seal.ts";
import type { Address } from "../providers/address.ts";
import { identityPlace } from "./contact-places.ts";

/**
 * Contacts that members and keys limited to some channels may see: those with a conversation there, an empty one too, so that whoever
 * opens one decides who is seen. `c` is the contact, `grants` a parameter.
 */
export const isContactVisible = (
  grants: string,
): string => `(${grants}::text[] is null or exists (select 1 from conversation v
    where v.workspace_id = c.workspace_id and v.contact_id = c.id and v.channel_id = any (${grants})))`;

const showPeople: readonly Permission[] = [
  ...(["contact:read", "contact:write", "conversation:read", "conversation:write"] as const),
  ...(["privacy:read", "privacy:manage"] as const),
];

/**
 * Whether an address leads the actor only to people whom they see already: whoever is limited to channels and may look at people would be
 * shown by it who has it, whether they open a conversation or send. A key that may only send learns nothing, and sends to any address.
 */
export const meetsOnlySeen = (actor: Actor): boolean =>
  channelGrants(actor) !== null && showPeople.some((permission) => isAllowed(actor, permission));

/** The contacts behind ids, merged ones followed; those that are not there or outside the actor's grants are left out. */
export async function findContacts(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.named<{ asked: string; id: string }>(
    "contact.find",
    `select a.id as asked, c.id from contact a join contact c on c.workspace_id = a.workspace_id and c.id = coalesce(a.merged_into, a.id)
     where a.workspace_id = $1 and a.id = any ($2::text[]) and ${isContactVisible("$3")}`,
    [ctx.workspaceId, ids, channelGrants(ctx.actor)],
  );
  return new Map(rows.map((row) => [row.asked, row.id]));
}

/** @throws not_found */
export async function findContact(ctx: Ctx, id: string): Promise<string> {
  const found = (await findContacts(ctx, [id])).get(id);
  if (found === undefined) throw notFound();
  return found;
}

/** The addresses of contacts, newest first; those of an erased contact are left out. */
export async function findAddresses(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "keyring">,
  contactIds: readonly (string | null)[],
): Promise<Map<string, Address[]>> {
  const found = new Map<string, Address[]>();
  if (contactIds.length === 0) return found;
  const rows = await ctx.tx.named<{ id: string; contact_id: string; kind: Address["kind"]; address: Buffer }>(
    "contact.addresses",
    `select id, contact_id, kind, address from contact_identity where workspace_id = $1 and contact_id = any ($2::text[])
     order by created_at desc, id`,
    [ctx.workspaceId, contactIds],
  );
  for (const { id, contact_id: contactId, kind, address } of rows) {
    const value = tryOpenText(ctx.keyring, identityPlace(ctx.workspaceId, id), address);
    if (value === null) continue;
    const known = found.get(contactId);
    if (known) known.push({ kind, value });
    else found.set(contactId, [{ kind, value }]);
  }
  return found;
}

/** The key that seals what is about a contact. @throws not_found when the contact was erased */
export function contactKey(ctx: Pick<Ctx, "keyring" | "workspaceId">, contactId: string): DataKey {
  const subject = `contact:${contactId}`;
  try {
    const key = ctx.keyring.ensure([{ subject, parent: `workspace:${ctx.workspaceId}` }]).get(subject);
    if (key) return key;
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error;
  }
  throw notFound();
}
