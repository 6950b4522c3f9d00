// Takes an attribute away with every value of it. Values are sealed, so that only opening each contact tells who has one.
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import type { OpenCtx } from "../platform/route.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import { readAttribute, tellAttributeChanged } from "./contact-attribute.ts";
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

const inTx = <T>(ctx: OpenCtx, run: (ctx: Ctx) => Promise<T>): Promise<T> =>
  ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, (tx) => run({ ...ctx, tx }));

/** One page of the contacts that have a value of this name, and where the next begins; with `isLocked` they wait for the end of the transaction. */
async function readPage(
  ctx: Ctx,
  name: string,
  after: string,
  isLocked: boolean,
): Promise<{ found: Found[]; last: string | undefined }> {
  const rows = await ctx.tx.named<{ id: string; isMerged: boolean; attributes: Buffer }>(
    isLocked ? "contact.attributes.lock" : "contact.attributes",
    `select id, merged_into is not null as "isMerged", attributes from contact
     where workspace_id = $1 and id > $2 and attributes is not null order by id limit $3 ${isLocked ? "for update" : ""}`,
    [ctx.workspaceId, after, PAGE],
  );
  const found = rows.flatMap(({ id, isMerged, attributes: sealed }): Found[] => {
    const opened = tryOpenText(ctx.keyring, contactPlace(ctx.workspaceId, id, "attributes"), sealed);
    const attributes = opened === null ? {} : (JSON.parse(opened) as Record<string, string>);
    return Object.hasOwn(attributes, name) ? [{ id, isMerged, attributes }] : [];
  });
  return { found, last: rows.length === PAGE ? rows.at(-1)?.id : undefined };
}

/** How many contacts have a value of it. @throws not_found */
export async function countValues(ctx: OpenCtx, id: string): Promise<{ contacts: number }> {
  const { name } = await inTx(ctx, (open) => readAttribute(open, id));
  let contacts = 0;
  for (let after: string | undefined = ""; after !== undefined;) {
    const from: string = after;
    const { found, last } = await inTx(ctx, (open) => readPage(open, name, from, false));
    contacts += found.filter(({ isMerged }) => !isMerged).length;
    after = last;
  }
  return { contacts };
}

/**
 * First nothing new may be written, then values are destroyed page by page, and the attribute goes last: an interrupted removal is finished by
 * the same call. Whoever the value was about is not kept any longer for it: `updated_at` stays. @throws not_found
 */
export async function removeAttribute(ctx: OpenCtx, id: string): Promise<{ contacts: number }> {
  const { name } = await inTx(ctx, async (open) => {
    const rows = await open.tx.query(
      `update contact_attribute set removed_at = coalesce(removed_at, $3) where workspace_id = $1 and id = $2 returning 1`,
      [ctx.workspaceId, id, ctx.clock.now()],
    );
    if (rows.length === 0) throw notFound();
    return readAttribute(open, id);
  });
  let contacts = 0;
  for (let after: string | undefined = ""; after !== undefined;) {
    const from: string = after;
    const { found, last } = await inTx(ctx, async (open) => {
      const page = await readPage(open, name, from, true);
      await destroyValues(open, name, page.found);
      return page;
    });
    contacts += found.filter(({ isMerged }) => !isMerged).length;
    after = last;
  }
  await inTx(ctx, async (open) => {
    await open.tx.query("delete from contact_attribute where workspace_id = $1 and id = $2", [ctx.workspaceId, id]);
    await tellAttributeChanged(open, id, "removed");
  });
  return { contacts };
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
