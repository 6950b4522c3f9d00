import { listAttributes } from "../contacts/contact-attribute.ts";
import { attributeUnknown } from "../contacts/judge-attributes.ts";
import type { OpenCtx } from "../platform/route.ts";
import { validationFailed } from "../platform/problem.ts";
import {
  findOpenImport,
  importColumns,
  importNotReady,
  isGone,
  lockImport,
  openDetails,
  sealDetails,
  viewImport,
  type ContactImportView,
  type ImportRow,
} from "./contact-import.ts";
import { endImports } from "./end-imports.ts";
import { specialColumns } from "./keep-refused.ts";
import type { ColumnMapping, Reading, Refusal } from "./map-columns.ts";
import { addCounts, batchesOf, countValues, keepRefusals, noCounts, readingOf, take } from "./take-batch.ts";

/** Told once, rather than for each row. @throws contact_attribute.unknown */
async function assertDeclared(ctx: OpenCtx, mapping: ColumnMapping): Promise<void> {
  const { workspaceId } = ctx;
  const all = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => listAttributes({ tx, workspaceId }));
  const names = new Set(all.flatMap(({ name, removedAt }) => (removedAt === null ? [name] : [])));
  const unknown = mapping.flatMap((one) => (one.to === "attribute" && !names.has(one.attribute) ? [one.column] : []));
  if (unknown.length > 0) throw attributeUnknown({ detail: `Of the mapping, for column ${unknown.join(", ")}.` });
}

type HowToRead = Pick<Reading, "defaultCountry" | "dateOrder">;

/**
 * Says what an import would do, and remembers the mapping for it. Writes no contact, no key, no consent: only counts, and numbers and codes
 * of the rows that would be refused and of the values that would be left out. @throws not_found · contact_import.not_ready · contact_attribute.unknown · validation_failed
 */
export async function checkImport(
  ctx: OpenCtx,
  id: string,
  { mapping, overwriteNames, ...how }: { mapping: ColumnMapping; overwriteNames: boolean } & HowToRead,
): Promise<ContactImportView> {
  const { workspaceId } = ctx;
  const scope = { workspaceIds: [workspaceId] };
  const row = await ctx.db.tx(scope, (tx) => findOpenImport({ ...ctx, tx }, id));
  if (row.state !== "ready") throw importNotReady();
  if (mapping.some(({ column }) => column > row.columns))
    throw validationFailed({ issues: [{ path: "body.mapping", message: `the file has ${row.columns} columns` }] });
  await assertDeclared(ctx, mapping);
  const reading = await ctx.db.tx(scope, (tx) => readingOf({ tx, workspaceId }, how));
  const plan = { workspaceId, row, mapping, reading };
  let counts = noCounts();
  const refusals: Refusal[] = [];
  try {
    for await (const batch of batchesOf(ctx, plan)) {
      ctx.signal.throwIfAborted();
      const done = await ctx.db.tx(scope, (tx) =>
        take({ ...ctx, tx }, batch, plan, { isDryRun: true, overwriteNames }),
      );
      counts = addCounts(counts, done.counts);
      refusals.push(...done.refusals);
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    await endImports(ctx, workspaceId, "unreadable", id);
    throw importNotReady();
  }
  return ctx.db.tx(scope, async (tx) => {
    // another check may have ended meanwhile: what it named as special stays so
    const last = openDetails(ctx, await lockImport({ tx, workspaceId }, id));
    if (!last) throw importNotReady();
    const special = await specialColumns({ tx, workspaceId }, { ...last, mapping });
    const [checked] = await tx.query<ImportRow>(
      `update contact_import set details = $3, checked_at = $4, new_count = $5, changed_count = $6, unchanged_count = $7,
         repeated_count = $8, refused_count = $9, left_out_count = $10
       where workspace_id = $1 and id = $2 and state = 'ready' returning ${importColumns}`,
      [
        ...[
          workspaceId,
          id,
          sealDetails(ctx, id, { ...last, ...how, mapping, special, overwriteNames }),
          ctx.clock.now(),
        ],
        ...countValues(counts),
      ],
    );
    if (!checked) throw importNotReady();
    await tx.query("delete from contact_import_refusal where workspace_id = $1 and import_id = $2", [workspaceId, id]);
    await keepRefusals(tx, workspaceId, id, refusals);
    return viewImport(ctx, checked);
  });
}
