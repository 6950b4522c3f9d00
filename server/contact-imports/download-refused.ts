// The rows that were not taken whole, as they stand in the file, each with the reason: to be mended and brought again.
import { Readable } from "node:stream";
import { maySeeSpecial } from "../contacts/special-category.ts";
import { csvCell } from "../platform/csv-cell.ts";
import type { Language } from "../platform/languages.ts";
import { problem } from "../platform/problem.ts";
import type { Download, OpenCtx } from "../platform/route.ts";
import { findOpenImport, isGone, openDetails, type ImportRow } from "./contact-import.ts";
import { specialColumns, type KeptHead } from "./keep-refused.ts";
import { placeOf, readRefusals, type FoundRefusal, type RefusalPlace } from "./list-refusals.ts";
import { refusedRecords, type Records } from "./read-refused.ts";
import { isWhyHeader, leftOutText, whyHeader, whyText } from "./refusal-words.ts";

export const refusedGone = problem({
  code: "contact_import.refused_gone",
  status: 410,
  title: "The refused rows are deleted.",
  fix: "`GET /v1/contact-imports/:id/refusals` still says which they were, and why.",
});

const PAGE = 5_000;

/**
 * The header and the cells of the file, behind a column with the reason. It is there from the check on, and after an import that is done until
 * `refusedUntil`, for those whom the import is open to. Cells of special categories are empty for those who may not see them. @throws not_found · contact_import.refused_gone
 */
export async function downloadRefused(ctx: OpenCtx, id: string, language: Language): Promise<Download> {
  const { workspaceId } = ctx;
  const { row, special } = await ctx.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const found = await findOpenImport({ ...ctx, tx }, id);
    return { row: found, special: await specialColumns({ tx, workspaceId }, openDetails(ctx, found) ?? {}) };
  });
  const records = await refusedRecords(ctx, row, special).catch((error: unknown) => {
    throw isGone(error) ? refusedGone() : error;
  });
  const body = Readable.from(
    lines(records, reasonsOf(ctx, id), { row, language, seesSpecial: maySeeSpecial(ctx.actor) }),
  );
  return { contentType: "text/csv; charset=utf-8", body, fileName: "refused-rows.csv" };
}

/** Row by row, in the order of the file. */
async function* reasonsOf(ctx: OpenCtx, id: string): AsyncGenerator<FoundRefusal[]> {
  const { workspaceId } = ctx;
  let ofRow: FoundRefusal[] = [];
  let after: RefusalPlace = [0, 0];
  for (;;) {
    const from = after;
    const page = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      readRefusals({ tx, workspaceId }, id, from, PAGE),
    );
    for (const one of page) {
      if (ofRow[0] && ofRow[0].row !== one.row) {
        yield ofRow;
        ofRow = [];
      }
      ofRow.push(one);
      after = placeOf(one);
    }
    if (page.length < PAGE) break;
  }
  if (ofRow.length > 0) yield ofRow;
}

interface Shown {
  row: ImportRow;
  language: Language;
  seesSpecial: boolean;
}

/** With the delimiter of the file, so that the program that wrote it opens it; what such a file brought along as reasons is left out. */
async function* lines(
  records: Records,
  reasons: AsyncGenerator<FoundRefusal[]>,
  { row: { delimiter }, language, seesSpecial }: Shown,
): AsyncGenerator<string> {
  const line = (cells: readonly string[]): string => `${cells.map(csvCell).join(delimiter ?? ",")}\r\n`;
  let head: KeptHead = { header: [], special: [] };
  let next = await reasons.next();
  const shown = (cells: readonly string[]): string[] =>
    cells.flatMap((cell, at) => {
      if (isWhyHeader(head.header[at])) return [];
      return [!seesSpecial && head.special.includes(at + 1) ? "" : cell];
    });
  const why = ({ column, code, isLeftOut }: FoundRefusal): string => {
    const name = column === null ? undefined : head.header[column - 1]?.trim();
    const text = `${name ? `${name}: ` : ""}${whyText(language, code)}`;
    return isLeftOut ? leftOutText(language, text) : text;
  };
  for await (const record of records) {
    if ("header" in record) {
      head = record;
      yield `\uFEFF${line([whyHeader(language), ...shown(head.header)])}`;
      continue;
    }
    while (!next.done && (next.value[0]?.row ?? 0) < record.row) next = await reasons.next();
    if (next.done) return;
    if (next.value[0]?.row === record.row) yield line([next.value.map(why).join(" "), ...shown(record.cells)]);
  }
}
