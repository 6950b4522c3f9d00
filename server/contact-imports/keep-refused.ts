// The end of an import that went through: its file goes, and only the rows that were not taken whole stay, sealed anew, so that whoever
// brought them can mend them.
import { Readable } from "node:stream";
import { specialNames } from "../contacts/judge-attributes.ts";
import { randomBlobName } from "../platform/blob.ts";
import type { App, Ctx } from "../platform/context.ts";
import { newFileKey, openFile, type ImportDetails } from "./contact-import.ts";
import { endImports } from "./end-imports.ts";
import { recordsOf, type CsvRecord, type CsvShape } from "./read-csv.ts";
import type { Plan } from "./take-batch.ts";

/** The first line of what is kept; each line below it is a `CsvRecord`. */
export interface KeptHead {
  header: string[];
  /** Columns of special categories, which not everybody is shown. The first one is 1. */
  special: number[];
}

/** Those of the mapping, and those that one before it named: it cannot take that back. */
export async function specialColumns(
  ctx: Pick<Ctx, "tx" | "workspaceId">,
  { mapping = [], special = [] }: Pick<ImportDetails, "mapping" | "special">,
): Promise<number[]> {
  const names = await specialNames(ctx);
  const now = mapping.flatMap((one) => (one.to === "attribute" && names.has(one.attribute) ? [one.column] : []));
  return [...new Set([...special, ...now])];
}

/** The numbers of the rows that were not taken whole, in their order. */
async function rowsToKeep(ctx: Pick<Ctx, "tx" | "workspaceId">, id: string): Promise<Set<number>> {
  const rows = await ctx.tx.query<{ row: number }>(
    `select distinct file_row as row from contact_import_refusal where workspace_id = $1 and import_id = $2`,
    [ctx.workspaceId, id],
  );
  return new Set(rows.map(({ row }) => row));
}

/**
 * Ends it as done. An erasure or a stop that comes meanwhile is quicker, and then nothing stays. Where the job runs twice, the run that was the
 * last to name its rows ends it: nobody ends it on rows that are not written yet.
 */
export async function endDone(app: App, plan: Plan): Promise<void> {
  const { workspaceId } = plan;
  const { id } = plan.row;
  const name = await keepRefused(app, plan);
  const ended = await endImports(app, workspaceId, "done", id, name);
  if (ended === 0 && name !== null) await app.blobs.remove([name]);
}

/**
 * The row names the blob before there are bytes, and for an hour after an end that comes meanwhile (end-imports.ts), so that no crash leaves a
 * file that no row names. @returns its name; null: nothing to keep
 */
async function keepRefused(app: App, plan: Plan): Promise<string | null> {
  const { workspaceId, row } = plan;
  const scope = { workspaceIds: [workspaceId] };
  const { keep, special } = await app.db.tx(scope, async (tx) => ({
    keep: await rowsToKeep({ tx, workspaceId }, row.id),
    special: await specialColumns({ tx, workspaceId }, plan),
  }));
  if (keep.size === 0) return null;
  const name = randomBlobName();
  const { key, sealed } = newFileKey({ ...app, workspaceId }, row.id, "refused_key");
  const before = await app.db.tx(scope, async (tx) => {
    const [locked] = await tx.query<{ blob: string | null }>(
      `select refused_blob as blob from contact_import where workspace_id = $1 and id = $2 and state = 'running' for update`,
      [workspaceId, row.id],
    );
    if (!locked) return undefined;
    await tx.query(
      "update contact_import set refused_blob = $3, refused_key = $4 where workspace_id = $1 and id = $2",
      [...[workspaceId, row.id, name, sealed]],
    );
    return locked.blob;
  });
  if (before === undefined) return null;
  // of a run that broke off here, or of one that is here still and removes what it writes yet
  if (before !== null) await app.blobs.remove([before]);
  async function* lines(): AsyncGenerator<Buffer> {
    for await (const record of recordsOf(await openFile(app, workspaceId, row), row as CsvShape)) {
      const line = record.row === 1 ? ({ header: record.cells, special } satisfies KeptHead) : record;
      if (record.row === 1 || keep.has(record.row)) yield Buffer.from(`${JSON.stringify(line)}\n`);
    }
  }
  await app.blobs.put(name, Readable.from(lines()), key);
  return name;
}

/** What `keepRefused` wrote, in its order. */
export async function* keptRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<KeptHead | CsvRecord> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as KeptHead | CsvRecord;
  }
}
