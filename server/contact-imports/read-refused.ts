// The rows of a file from which refused ones are taken: of the file itself until its import ends, then of what was kept of it.
import type { OpenCtx } from "../platform/route.ts";
import { FileGone, isGone, openFile, openRefused, type ImportRow } from "./contact-import.ts";
import { keptRecords, type KeptHead } from "./keep-refused.ts";
import { recordsOf, type CsvRecord, type CsvShape } from "./read-csv.ts";

export type Records = AsyncIterable<KeptHead | CsvRecord>;

/** The header first. Before the end all rows come; `special` are the columns of that time. @throws FileGone and what isGone knows */
export async function refusedRecords(ctx: OpenCtx, row: ImportRow, special: number[]): Promise<Records> {
  const { workspaceId } = ctx;
  if (row.state === "ended") return keptRecords(await openRefused(ctx, workspaceId, row));
  if (!row.encoding || !row.delimiter) throw new FileGone();
  const bytes = await openFile(ctx, workspaceId, row);
  async function* all(): AsyncGenerator<KeptHead | CsvRecord> {
    for await (const record of recordsOf(bytes, row as CsvShape))
      yield record.row === 1 ? { header: record.cells, special } : record;
  }
  return all();
}

/** As the file names its columns; nothing once nothing of it is kept. */
export async function headersOf(ctx: OpenCtx, row: ImportRow): Promise<readonly string[]> {
  try {
    for await (const record of await refusedRecords(ctx, row, [])) if ("header" in record) return record.header;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return [];
}
