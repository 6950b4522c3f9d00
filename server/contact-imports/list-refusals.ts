// Which rows were not taken, and why: for the screen by pages, and whole as a file that a spreadsheet opens beside the list.
import { Readable } from "node:stream";
import { z } from "zod";
import { importProblems } from "../contacts/import-contacts.ts";
import { attributeProblems } from "../contacts/judge-attributes.ts";
import type { Ctx } from "../platform/context.ts";
import { decodeCursor, encodeCursor, type pageQuery } from "../platform/page.ts";
import type { Download, OpenCtx } from "../platform/route.ts";
import { findImport } from "./contact-import.ts";
import { rowProblems } from "./map-columns.ts";

export const importRefusal = z
  .object({
    row: z.int().describe("As a spreadsheet counts: the header is row 1."),
    column: z.int().nullable().describe("The first column is 1; null where it is about the whole row."),
    code: z.string(),
    title: z.string(),
  })
  .meta({ id: "ContactImportRefusal" });
export type ImportRefusal = z.output<typeof importRefusal>;

const titles = new Map(
  [...importProblems, ...attributeProblems, ...rowProblems].map(({ code, title }) => [code, title]),
);

interface Found {
  row: number;
  column: number | null;
  code: string;
}

async function readPage(ctx: Pick<Ctx, "tx" | "workspaceId">, id: string, after: number, limit: number) {
  const rows = await ctx.tx.query<Found>(
    `select file_row as row, file_column as column, code from contact_import_refusal
     where workspace_id = $1 and import_id = $2 and file_row > $3 order by file_row limit $4`,
    [ctx.workspaceId, id, after, limit],
  );
  return rows.map((one): ImportRefusal => ({ ...one, title: titles.get(one.code) ?? one.code }));
}

/** In the order of the file. @throws not_found */
export async function listRefusals(
  ctx: Ctx,
  id: string,
  { cursor, limit }: z.output<typeof pageQuery>,
): Promise<{ data: ImportRefusal[]; nextCursor: string | null }> {
  await findImport(ctx, id);
  const after = decodeCursor(z.tuple([z.int()]), cursor)?.[0] ?? 0;
  const rows = await readPage(ctx, id, after, limit + 1);
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor([last.row]) : null };
}

const PAGE = 5_000;

/** Numbers, codes and sentences of ours: no cell of the file, so that there is nothing a spreadsheet could run. @throws not_found */
export async function downloadRefusals(ctx: OpenCtx, id: string): Promise<Download> {
  const { workspaceId } = ctx;
  const within = <R>(run: (tx: Ctx["tx"]) => Promise<R>) => ctx.db.tx({ workspaceIds: [workspaceId] }, run);
  await within((tx) => findImport({ tx, workspaceId }, id));
  async function* lines(): AsyncGenerator<string> {
    yield "\uFEFFrow,column,code,reason\r\n";
    for (let after = 0; ;) {
      const rows = await within((tx) => readPage({ tx, workspaceId }, id, after, PAGE));
      yield rows
        .map(({ row, column, code, title }) => `${row},${column ?? ""},${code},"${title.replaceAll('"', '""')}"\r\n`)
        .join("");
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.row ?? after;
    }
  }
  return { contentType: "text/csv; charset=utf-8", body: Readable.from(lines()), fileName: "refused-rows.csv" };
}
