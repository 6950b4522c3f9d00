// Takes an attribute away with every value of it. Values are sealed, so that only opening each contact tells who has one.
import { z } from "zod";
import { systemCtx, type App, type Ctx } from "../platform/context.ts";
import { txRetry } from "../platform/db.ts";
import { notFound } from "../platform/problem.ts";
import { restAfter } from "../platform/rest.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import { readAttribute, tellAttributeChanged, type AttributeView } from "./contact-attribute.ts";
import { contactUpdated } from "./contact-events.ts";
import { contactPlace } from "./contact-places.ts";
import { contactKey } from "./find-contacts.ts";

/** Held in a transaction of its own, so that nobody's message waits for the whole. */
const PAGE = 500;

interface Found {
  id: string;
  isMerged: boolean;
  attributes: Record<string, string>;
}

/** One page of the contacts that have a value of this name, and where the next begins; they wait for the end of the transaction. */
async function lockPage(ctx: Ctx, name: string, after: string): Promise<{ found: Found[]; last: string | undefined }> {
  const rows = await ctx.tx.named<{ id: string; isMerged: boolean; attributes: Buffer }>(
    "contact.attributes.lock",
    `select id, merged_into is not null as "isMerged", attributes from contact
     where workspace_id = $1 and id > $2 and attributes is not null order by id limit $3 for update`,
    [ctx.workspaceId, after, PAGE],
  );
  const found = rows.flatMap(({ id, isMerged, attributes: sealed }): Found[] => {
    const opened = tryOpenText(ctx.keyring, contactPlace(ctx.workspaceId, id, "attributes"), sealed);
    const attributes = opened === null ? {} : (JSON.parse(opened) as Record<string, string>);
    return Object.hasOwn(attributes, name) ? [{ id, isMerged, attributes }] : [];
  });
  return { found, last: rows.length === PAGE ? rows.at(-1)?.id : undefined };
}

/** By what whoever enqueues it has to know. */
export const destroyAttribute = {
  name: "contact_attribute.destroy",
  payload: z.object({ workspaceId: z.string(), attributeId: z.string() }),
};

/** Nothing new may be written from now on, and a job destroys the values: in a large workspace that takes longer than anybody waits. @throws not_found */
export async function removeAttribute(ctx: Ctx, id: string): Promise<AttributeView> {
  const { tx, workspaceId } = ctx;
  const rows = await tx.query<{ isNew: boolean }>(
    `update contact_attribute a set removed_at = coalesce(a.removed_at, $3)
     from (select id, removed_at is null as is_new from contact_attribute where workspace_id = $1 and id = $2 for update) before
     where a.workspace_id = $1 and a.id = before.id returning is_new as "isNew"`,
    [workspaceId, id, ctx.clock.now()],
  );
  if (!rows[0]) throw notFound();
  await ctx.enqueue(tx, destroyAttribute, { workspaceId, attributeId: id }, { key: `${destroyAttribute.name}/${id}` });
  if (rows[0].isNew) await tellAttributeChanged(ctx, id, "removed");
  return readAttribute(ctx, id);
}

/**
 * Destroys values page by page; the attribute, and with it its name, goes last, so that a repeat finishes what a crash cut short. Whoever a value
 * was about is not kept any longer for it: `updated_at` stays.
 */
export async function destroyValuesOf(
  app: App,
  { workspaceId, attributeId }: { workspaceId: string; attributeId: string },
): Promise<void> {
  const inTx = <T>(run: (ctx: Ctx) => Promise<T>): Promise<T> =>
    txRetry(app.db, { workspaceIds: [workspaceId] }, (tx) => run(systemCtx(app, tx, workspaceId, attributeId)));
  const [attribute] = await inTx(({ tx }) =>
    tx.query<{ name: string }>(
      "select name from contact_attribute where workspace_id = $1 and id = $2 and removed_at is not null",
      [workspaceId, attributeId],
    ),
  );
  if (!attribute) return;
  for (let after: string | undefined = ""; after !== undefined;) {
    const from: string = after;
    const startedAt = performance.now();
    after = await inTx(async (ctx) => {
      const { found, last } = await lockPage(ctx, attribute.name, from);
      await destroyValues(ctx, attribute.name, found);
      return last;
    });
    if (after !== undefined) await restAfter(startedAt);
  }
  await inTx(async (ctx) => {
    await ctx.tx.query("delete from contact_attribute where workspace_id = $1 and id = $2", [workspaceId, attributeId]);
    await tellAttributeChanged(ctx, attributeId, "destroyed");
  });
}

async function destroyValues(ctx: Ctx, name: string, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return;
  const { workspaceId } = ctx;
  const rest = found.map(({ id, attributes }) => {
    const left = Object.entries(attributes).filter(([one]) => one !== name);
    if (left.length === 0) return null;
    const text = JSON.stringify(Object.fromEntries(left));
    return seal(contactKey(ctx, id), contactPlace(workspaceId, id, "attributes"), text);
  });
  await ctx.tx.named(
    "contact.attributes.drop",
    `update contact c set attributes = x.a from unnest($2::text[], $3::bytea[]) as x (i, a) where c.workspace_id = $1 and c.id = x.i`,
    [workspaceId, found.map(({ id }) => id), rest],
  );
  const seen = found.filter(({ isMerged }) => !isMerged);
  await ctx.emit(
    ctx.tx,
    contactUpdated,
    seen.map(({ id }) => ({ workspaceId, payload: { contactId: id } })),
  );
}
