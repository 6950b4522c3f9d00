import { z } from "zod";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor, newest } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import { contactUpdated } from "./contact-events.ts";
import { contactPlace } from "./contact-places.ts";
import { contactView, packedIdentities, viewContact, type PackedIdentity } from "./contact-view.ts";
import { contactKey, isContactVisible } from "./find-contacts.ts";
import { hiddenAttributes, nextAttributes, type Manner } from "./judge-attributes.ts";
import { searchContactIds } from "./search-contacts.ts";

export const attributes = z
  .record(z.string().min(1).max(60), z.string().max(1000))
  .describe(
    "By the name of a declared attribute. number: `-12.5` · date: `2026-01-31` · boolean: `true` · choice: an option.",
  );

export const contactDetail = contactView
  .extend({
    attributes,
    conversationIds: z.array(z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    restrictedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Contact" });
export type ContactDetail = z.output<typeof contactDetail>;

export const contactPatch = z.object({
  name: z.string().trim().min(1).max(256).optional(),
  attributes: attributes
    .optional()
    .describe("Replaces all attributes that you are shown. Those that stay as they were are not judged again."),
});

interface Row {
  id: string;
  name: Buffer | null;
  is_group: boolean;
  attributes: Buffer | null;
  identities: PackedIdentity[];
  conversation_ids: string[] | null;
  created_at: Date;
  updated_at: Date;
  restricted_at: Date | null;
}

const columns = `c.id, c.name, c.is_group, c.attributes, ${packedIdentities} as identities, c.created_at, c.updated_at, c.restricted_at,
  (select array_agg(v.id order by v.last_message_at desc) from conversation v
    where v.workspace_id = c.workspace_id and v.contact_id = c.id) as conversation_ids`;

function openAttributes(ctx: Ctx, id: string, sealed: Buffer | null): Record<string, string> {
  const opened = sealed && tryOpenText(ctx.keyring, contactPlace(ctx.workspaceId, id, "attributes"), sealed);
  return opened ? (JSON.parse(opened) as Record<string, string>) : {};
}

function view(ctx: Ctx, row: Row, hidden: ReadonlySet<string>): ContactDetail {
  const all = Object.entries(openAttributes(ctx, row.id, row.attributes));
  return {
    ...viewContact(ctx.keyring, ctx.workspaceId, { ...row, isGroup: row.is_group }),
    attributes: Object.fromEntries(all.filter(([name]) => !hidden.has(name))),
    conversationIds: row.conversation_ids ?? [],
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    restrictedAt: row.restricted_at?.toISOString() ?? null,
  };
}

const cursorKey = z.tuple([z.iso.datetime(), z.string()]);

/** One page of contacts, last changed first. Members limited to some channels see the contacts who wrote there. */
export async function listContacts(
  ctx: Ctx,
  query: { q?: string | undefined; isGroup?: boolean | undefined; cursor?: string | undefined; limit: number },
): Promise<{ data: ContactDetail[]; nextCursor: string | null }> {
  const after = decodeCursor(cursorKey, query.cursor) ?? newest;
  const ids = query.q === undefined ? null : await searchContactIds(ctx, query.q);
  const rows = await ctx.tx.named<Row>(
    ids ? "contact.list.found" : "contact.list",
    `select ${columns} from contact c where c.workspace_id = $1 and c.merged_into is null
       ${ids ? "and c.id = any ($7::text[])" : ""}
       and (c.updated_at, c.id) < ($2::timestamptz, $3::text)
       and ${isContactVisible("$4")} and ($6::boolean is null or c.is_group = $6)
     order by c.updated_at desc, c.id desc limit $5`,
    [
      ctx.workspaceId,
      ...after,
      channelGrants(ctx.actor),
      query.limit + 1,
      query.isGroup ?? null,
      ...(ids ? [ids] : []),
    ],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  const hidden = await hiddenAttributes(ctx);
  return {
    data: page.map((row) => view(ctx, row, hidden)),
    nextCursor: last ? encodeCursor([last.updated_at.toISOString(), last.id]) : null,
  };
}

/** @throws not_found */
export async function readContact(ctx: Ctx, id: string): Promise<ContactDetail> {
  const [row] = await ctx.tx.named<Row>(
    "contact.read",
    `select ${columns} from contact c where c.workspace_id = $1 and c.id = $2 and c.merged_into is null
       and ${isContactVisible("$3")}`,
    [ctx.workspaceId, id, channelGrants(ctx.actor)],
  );
  if (!row) throw notFound();
  return view(ctx, row, await hiddenAttributes(ctx));
}

/**
 * A name given by the team is never overwritten by the provider's profile name.
 * @throws not_found · contact_attribute.unknown · contact_attribute.value_invalid · contact_attribute.restricted · contact_attribute.not_yet
 */
export async function updateContact(
  ctx: Ctx,
  id: string,
  patch: z.output<typeof contactPatch>,
): Promise<ContactDetail> {
  await readContact(ctx, id);
  const judged =
    patch.attributes && (await nextAttributes(ctx, await lockAttributes(ctx, id), patch.attributes, "strict"));
  await writeContact(ctx, id, patch.name, judged?.next);
  return readContact(ctx, id);
}

/** As `updateContact` for what nobody can be told about any more. Returns the attributes that were not taken, with the code of the reason. @throws not_found */
export async function takeContact(
  ctx: Ctx,
  id: string,
  patch: z.output<typeof contactPatch>,
  manner: Exclude<Manner, "strict">,
): Promise<Record<string, string>> {
  await readContact(ctx, id);
  const stored = await lockAttributes(ctx, id);
  const judged = patch.attributes && (await nextAttributes(ctx, stored, patch.attributes, manner));
  // what is tried again and again is told only when something came of it
  const isNews = patch.name !== undefined || JSON.stringify(judged?.next ?? stored) !== JSON.stringify(stored);
  if (isNews) await writeContact(ctx, id, patch.name, judged?.next);
  return Object.fromEntries([...(judged?.refused ?? [])].map(([name, { declaration }]) => [name, declaration.code]));
}

async function writeContact(
  ctx: Ctx,
  id: string,
  name: string | undefined,
  next: Record<string, string> | undefined,
): Promise<void> {
  const key = contactKey(ctx, id);
  await ctx.tx.named(
    "contact.update",
    `update contact set name = coalesce($3, name), name_source = case when $3::bytea is null then name_source else 'member' end,
       attributes = coalesce($4, attributes), updated_at = $5 where workspace_id = $1 and id = $2`,
    [
      ctx.workspaceId,
      id,
      name === undefined ? null : seal(key, contactPlace(ctx.workspaceId, id, "name"), name),
      next === undefined ? null : seal(key, contactPlace(ctx.workspaceId, id, "attributes"), JSON.stringify(next)),
      ctx.clock.now(),
    ],
  );
  await ctx.emit(ctx.tx, contactUpdated, [{ workspaceId: ctx.workspaceId, payload: { contactId: id } }]);
}

/** What a contact has; nobody else changes it before the transaction ends. */
async function lockAttributes(ctx: Ctx, id: string): Promise<Record<string, string>> {
  const [row] = await ctx.tx.named<{ attributes: Buffer | null }>(
    "contact.attributes.one",
    "select attributes from contact where workspace_id = $1 and id = $2 for update",
    [ctx.workspaceId, id],
  );
  return openAttributes(ctx, id, row?.attributes ?? null);
}

/** What may be asked of a person to be corrected is judged when it is asked. @throws as updateContact */
export async function assertAttributes(ctx: Ctx, id: string, wanted: Record<string, string>): Promise<void> {
  const { refused } = await nextAttributes(ctx, await lockAttributes(ctx, id), wanted, "correction");
  const [first] = refused.values();
  if (first) throw first;
}
