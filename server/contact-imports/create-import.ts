// Takes a CSV file in: sealed as it arrives, looked through once, and deleted at once where it cannot be imported.
import { z } from "zod";
import { isSpecial, listAttributes } from "../contacts/contact-attribute.ts";
import { maySeeSpecial } from "../contacts/special-category.ts";
import { randomBlobName } from "../platform/blob.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { actedBy } from "../identity/identity-events.ts";
import { payloadTooLarge, problem, validationFailed } from "../platform/problem.ts";
import type { OpenCtx, UploadPart } from "../platform/route.ts";
import {
  findImport,
  findOpenImport,
  importNotReady,
  isGone,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_ROWS,
  newFileKey,
  openDetails,
  openFile,
  sealDetails,
  viewImport,
  type ContactImportView,
  type ImportRow,
} from "./contact-import.ts";
import { endImports } from "./end-imports.ts";
import { lookAtColumns, type ColumnLook } from "./look-at-columns.ts";
import { guessTargets } from "./map-columns.ts";
import { dialCodes } from "./numbering-plans.ts";
import { dateOrders } from "./read-date.ts";
import { isBlank, MixedEncodings, NotCsv, recordsOf, shapeOf, type CsvShape } from "./read-csv.ts";

export const notCsv = problem({
  code: "contact_import.not_csv",
  status: 422,
  title: "The file is not a CSV file, or a quote in it was never closed.",
  fix: "Save the list as CSV in UTF-8 in your spreadsheet program; a workbook (`.xlsx`) is not taken.",
});

export const encodingMixed = problem({
  code: "contact_import.encoding_mixed",
  status: 422,
  title: "Parts of the file are in different encodings: letters would come out wrong.",
  fix: "Open the file in your spreadsheet program, mend the letters that look wrong, and save it as CSV in UTF-8.",
});

export const importEmpty = problem({
  code: "contact_import.empty",
  status: 422,
  title: "There are no rows below a header.",
  fix: "The first row names the columns; each row below it is a person.",
});

export const importTooBig = problem({
  code: "contact_import.too_big",
  status: 422,
  title: `The file has more than ${MAX_IMPORT_ROWS.toLocaleString("en")} rows or ${MAX_IMPORT_COLUMNS} columns.`,
  fix: "Import it in parts; leave out columns that are not needed.",
});

export const uploadProblems = [notCsv, encodingMixed, importEmpty, importTooBig];

/** The row comes before the file, so that no crash leaves a file that no row names. @throws the problems above · payload_too_large */
export async function createImport(ctx: OpenCtx, parts: AsyncIterable<UploadPart>): Promise<ContactImportView> {
  for await (const part of parts) {
    if (part.kind === "file") return await receive(ctx, part);
  }
  throw validationFailed({ issues: [{ path: "body.file", message: "is missing" }] });
}

async function receive(ctx: OpenCtx, part: UploadPart & { kind: "file" }): Promise<ContactImportView> {
  const { workspaceId, clock, db, blobs } = ctx;
  const id = newId("cim", clock.ms());
  const blobName = randomBlobName();
  const { key, sealed } = newFileKey(ctx, id);
  const details = { fileName: (part.fileName ?? "contacts.csv").slice(0, 240) };
  const within = <R>(run: (tx: Ctx["tx"]) => Promise<R>): Promise<R> => db.tx({ workspaceIds: [workspaceId] }, run);
  await within((tx) =>
    tx.query(
      `insert into contact_import (workspace_id, id, state, created_by, details, blob_name, blob_key, created_at)
       values ($1, $2, 'receiving', $3, $4, $5, $6, $7)`,
      [workspaceId, id, actedBy(ctx.actor).id, sealDetails(ctx, id, details), blobName, sealed, clock.now()],
    ),
  );
  try {
    const { bytes } = await blobs.put(blobName, part.bytes, key);
    if (bytes > MAX_IMPORT_BYTES) throw payloadTooLarge({ maxBytes: MAX_IMPORT_BYTES });
    const row = await within((tx) => findImport({ tx, workspaceId }, id));
    const { shape, columns, rows, look } = await lookThrough(ctx, row);
    return await within(async (tx) => {
      const ready = await tx.query(
        `update contact_import set state = 'ready', encoding = $3, delimiter = $4, column_count = $5, row_count = $6, details = $7
         where workspace_id = $1 and id = $2 and state = 'receiving' returning id`,
        [workspaceId, id, shape.encoding, shape.delimiter, columns, rows, sealDetails(ctx, id, { ...details, look })],
      );
      if (ready.length === 0) throw importNotReady();
      return viewImport(ctx, await findImport({ tx, workspaceId }, id));
    });
  } catch (error) {
    await discard(ctx, id, blobName);
    if (error instanceof NotCsv) throw notCsv();
    if (error instanceof MixedEncodings) throw encodingMixed();
    throw isGone(error) ? importNotReady() : error;
  }
}

/** Nothing came of it, so nothing is kept. The bytes may be there although the row knows of none any more: an erase was quicker. */
async function discard(ctx: OpenCtx, id: string, blobName: string): Promise<void> {
  await ctx.blobs.remove([blobName]);
  await ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, (tx) =>
    tx.query("delete from contact_import where workspace_id = $1 and id = $2", [ctx.workspaceId, id]),
  );
}

interface Seen {
  shape: CsvShape;
  columns: number;
  rows: number;
  look: ColumnLook[];
}

async function lookThrough(ctx: OpenCtx, row: ImportRow): Promise<Seen> {
  const open = () => openFile(ctx, ctx.workspaceId, row);
  const shape = await shapeOf(open);
  const look = lookAtColumns();
  let columns = 0;
  let rows = 0;
  for await (const record of recordsOf(await open(), shape)) {
    if (record.row === 1) {
      columns = record.cells.length;
      if (isBlank(record.cells)) throw importEmpty();
    } else if (!isBlank(record.cells)) {
      rows += 1;
      look.add(record.cells.slice(0, columns));
    }
    if (rows > MAX_IMPORT_ROWS || columns > MAX_IMPORT_COLUMNS) throw importTooBig();
  }
  if (rows === 0) throw importEmpty();
  return { shape, columns, rows, look: look.result(columns) };
}

const SAMPLES = 3;

const importColumn = z
  .object({
    column: z.int(),
    header: z.string(),
    samples: z.array(z.string()).describe("Of its first rows, shortened."),
    guess: z.enum(["name", "phone", "userId", "attribute"]).nullable(),
    attribute: z.string().nullable().describe("With `attribute`: which declared one, by its name or label."),
    lacksCountry: z.boolean().describe("There are numbers in it that say no country."),
    country: z.string().nullable().describe("Where most of its other numbers are from; a suggestion for those."),
    hasUnclearDates: z.boolean().describe("There are days in it that can be read in two ways."),
    dateOrder: z.enum(dateOrders).nullable().describe("As its other days are written; a suggestion for those."),
  })
  .meta({ id: "ContactImportColumn" });

export const columnsView = z.object({
  data: z.array(importColumn),
  countries: z
    .array(z.object({ country: z.string(), code: z.string() }))
    .describe("From which numbers without a country can be: `KE`, `254`."),
});

/** The columns with their first values. @throws not_found · contact_import.not_ready */
export async function readColumns(ctx: OpenCtx, id: string): Promise<z.output<typeof columnsView>> {
  const { workspaceId } = ctx;
  const { row, declared } = await ctx.db.tx({ workspaceIds: [workspaceId] }, async (tx) => ({
    row: await findOpenImport({ ...ctx, tx }, id),
    declared: await listAttributes({ tx, workspaceId }),
  }));
  if (row.state !== "ready" || !row.encoding || !row.delimiter) throw importNotReady();
  let headers: string[] = [];
  const samples: string[][] = [];
  try {
    for await (const { row: n, cells } of recordsOf(await openFile(ctx, workspaceId, row), row as CsvShape)) {
      if (n === 1) headers = cells;
      else if (!isBlank(cells)) samples.push(cells);
      if (samples.length === SAMPLES) break;
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    await endImports(ctx, workspaceId, "unreadable", id);
    throw importNotReady();
  }
  const look = openDetails(ctx, row)?.look;
  const guesses = guessTargets(
    headers,
    declared.filter(
      ({ removedAt, category }) => removedAt === null && (!isSpecial(category) || maySeeSpecial(ctx.actor)),
    ),
  );
  return {
    data: headers.map((header, at) => ({
      ...{ column: at + 1, header: header.slice(0, 200), guess: null, attribute: null, ...guesses[at] },
      samples: samples.map((cells) => (cells[at] ?? "").slice(0, 80)),
      ...(look?.[at] ?? { lacksCountry: false, country: null, hasUnclearDates: false, dateOrder: null }),
    })),
    countries: [...dialCodes],
  };
}
