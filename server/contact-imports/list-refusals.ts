// Which rows were not taken, which values were left out, and why: for the screen, by pages.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import type { Language } from "../platform/languages.ts";
import { decodeCursor, encodeCursor, type pageQuery } from "../platform/page.ts";
import type { OpenCtx } from "../platform/route.ts";
import { findOpenImport } from "./contact-import.ts";
import { headersOf } from "./read-refused.ts";
import { whyText } from "./refusal-words.ts";

export const importRefusal = z
  .object({
    row: z.int().describe("As a spreadsheet counts: the header is row 1."),
    column: z.int().nullable().describe("The first column is 1; null where it is about the whole row."),
    header: z
      .string()
      .nullable()
      .describe("As the file names the column; null where it does not, and once nothing of the file is kept."),
    code: z.string(),
    title: z.string().describe("Why, in the asked language."),
    isLeftOut: z.boolean().describe("true: the row was taken, without the value of this column."),
  })
  .meta({ id: "ContactImportRefusal" });
export type ImportRefusal = z.output<typeof importRefusal>;

export type FoundRefusal = Omit<ImportRefusal, "title" | "header">;

/** Where a page begins: behind this row and column. */
export type RefusalPlace = readonly [row: number, column: number];

/** In the order of the file. */
export function readRefusals(
  ctx: Pick<Ctx, "tx" | "workspaceId">,
  id: string,
  [row, column]: RefusalPlace,
  limit: number,
): Promise<FoundRefusal[]> {
  return ctx.tx.query<FoundRefusal>(
    `select file_row as row, file_column as column, code, is_left_out as "isLeftOut" from contact_import_refusal
     where workspace_id = $1 and import_id = $2 and (file_row, coalesce(file_column, 0)) > ($3, $4)
     order by file_row, coalesce(file_column, 0) limit $5`,
    [ctx.workspaceId, id, row, column, limit],
  );
}

export const placeOf = ({ row, column }: FoundRefusal): RefusalPlace => [row, column ?? 0];

/** @throws not_found */
export async function listRefusals(
  ctx: OpenCtx,
  id: string,
  { cursor, limit, language }: z.output<typeof pageQuery> & { language: Language },
): Promise<{ data: ImportRefusal[]; nextCursor: string | null }> {
  const { workspaceId } = ctx;
  const after = decodeCursor(z.tuple([z.int(), z.int()]), cursor) ?? ([0, 0] as const);
  const { row, found } = await ctx.db.tx({ workspaceIds: [workspaceId] }, async (tx) => ({
    row: await findOpenImport({ ...ctx, tx }, id),
    found: await readRefusals({ tx, workspaceId }, id, after, limit + 1),
  }));
  const headers = found.length === 0 ? [] : await headersOf(ctx, row);
  const data = found.slice(0, limit).map((one) => ({
    ...one,
    header: (one.column !== null && headers[one.column - 1]?.trim().slice(0, 200)) || null,
    title: whyText(language, one.code),
  }));
  const last = data.at(-1);
  return { data, nextCursor: found.length > limit && last ? encodeCursor([...placeOf(last)]) : null };
}
