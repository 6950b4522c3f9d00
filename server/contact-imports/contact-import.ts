// Imports of people from CSV files: what they are, and how far they are.
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import type { Readable } from "node:stream";
import { z } from "zod";
import { attestationView, type importAttestation } from "../contacts/attest-import.ts";
import { workspaceKey } from "../media/media-keys.ts";
import { BlobError } from "../platform/blob.ts";
import type { Actor, App, Ctx } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { decodeCursor, encodeCursor, type pageQuery } from "../platform/page.ts";
import { notFound, problem } from "../platform/problem.ts";
import { open, seal, tryOpenText, type Aad } from "../platform/seal.ts";
import { mayOpen } from "./import-access.ts";
import type { ColumnLook } from "./look-at-columns.ts";
import { columnMapping } from "./map-columns.ts";
import { planOfCountry } from "./numbering-plans.ts";
import { dateOrders, type DateOrder } from "./read-date.ts";
import { delimiters, encodings, type CsvShape } from "./read-csv.ts";

export const MAX_IMPORT_BYTES = 20 * 1024 * 1024;
export const MAX_IMPORT_ROWS = 100_000;
export const MAX_IMPORT_COLUMNS = 200;

export const states = ["receiving", "ready", "running", "ended"] as const;
export const outcomes = [
  ...(["done", "canceled", "person_erased", "unused", "stalled", "unreadable"] as const),
  ...(["workspace_closing", "not_permitted"] as const),
] as const;
export type Outcome = (typeof outcomes)[number];

/** The job, by what whoever enqueues it has to know. */
export const runContactImport = {
  name: "contact_import.run",
  payload: z.object({ workspaceId: z.string(), importId: z.string() }),
};

export const importNotReady = problem({
  code: "contact_import.not_ready",
  status: 409,
  title: "The import runs already, or it has ended and its file is deleted.",
  fix: "Read its `state`; to import again, upload the file again.",
});

export const importNotChecked = problem({
  code: "contact_import.not_checked",
  status: 409,
  title: "What the import would do was not looked at yet.",
  fix: "Say which column is what with `/check`, read what comes of it, then start.",
});

export const importReading = {
  defaultCountry: z
    .string()
    .refine((country) => planOfCountry(country) !== undefined, "is no country with a telephone code (ISO 3166: `KE`)")
    .nullable()
    .default(null)
    .describe("From which country phone numbers are that say none; null: they are refused."),
  dateOrder: z
    .enum(dateOrders)
    .nullable()
    .default(null)
    .describe("How days are read that can be read in two ways, `05/04/1990`; null: they are left out."),
};

export const importCounts = z.object({
  new: z.int(),
  changed: z.int().describe("Rows about people who are known, with something new."),
  unchanged: z.int(),
  repeated: z.int().describe("Rows about somebody whom an earlier row of the file is about."),
  refused: z.int(),
  leftOut: z.int().describe("Values, not rows: names and attributes without which people are imported."),
});
export type ImportCounts = z.output<typeof importCounts>;

export const contactImportView = z
  .object({
    id: z.string(),
    state: z.enum(states),
    outcome: z
      .enum(outcomes)
      .nullable()
      .describe(
        "How it ended. `person_erased`: somebody was erased, and the file may hold them. `unused`: not started within a day. `stalled`: it did not come to an end within a day. `not_permitted`: whoever started it may not import here any more.",
      ),
    mayOpen: z
      .boolean()
      .describe(
        "Whether you are shown columns and refused rows, and may check and start it: before it has ended whoever brought it, and who has `contact:special`; then everybody who may import. Others get `not_found` there, and numbers here.",
      ),
    fileName: z.string().nullable().describe("null once the file is deleted, and to whom it is not open."),
    encoding: z.enum(encodings).nullable(),
    delimiter: z.enum(delimiters).nullable(),
    columns: z.int(),
    rows: z.int().describe("Without the header and empty rows."),
    taken: z.int().describe("Rows that were worked on, whatever came of them."),
    isChecked: z.boolean(),
    mapping: columnMapping.nullable(),
    overwriteNames: z.boolean().describe("What the check was asked: also names that the team gave."),
    defaultCountry: z.string().nullable().describe("What the check was told about numbers without a country."),
    dateOrder: z.enum(dateOrders).nullable().describe("What the check was told about days that are not clear."),
    attestation: attestationView.nullable().describe("The ground that it was started with; null before."),
    counts: importCounts.describe("Of the check; from the start on, of the import."),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    fileRemovedAt: z.iso.datetime().nullable(),
    refusedUntil: z.iso
      .datetime()
      .nullable()
      .describe(
        "Once it has ended: until when the rows that were not taken whole can be downloaded; null where nothing is kept. Before, they are read from the file.",
      ),
  })
  .meta({ id: "ContactImport" });
export type ContactImportView = z.output<typeof contactImportView>;

/** What goes with the file. */
export interface ImportDetails {
  fileName: string;
  mapping?: z.output<typeof columnMapping>;
  /** Columns that any mapping so far named as one of a special category: another mapping does not make them less so. */
  special?: readonly number[];
  overwriteNames?: boolean;
  defaultCountry?: string | null;
  dateOrder?: DateOrder | null;
  /** Of each column, from when the file came. */
  look?: readonly ColumnLook[];
  attestation?: z.output<typeof importAttestation>;
  /** Who started it, and vouches for it. What they may do is read anew for each batch. */
  actor?: Actor;
}

export interface ImportRow {
  id: string;
  state: ContactImportView["state"];
  outcome: Outcome | null;
  createdBy: string | null;
  attestation: z.output<typeof attestationView> | null;
  encoding: CsvShape["encoding"] | null;
  delimiter: CsvShape["delimiter"] | null;
  columns: number;
  rows: number;
  taken: number;
  counts: ImportCounts;
  details: Buffer | null;
  blobName: string | null;
  blobKey: Buffer | null;
  refusedBlob: string | null;
  refusedKey: Buffer | null;
  createdAt: Date;
  checkedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  fileRemovedAt: Date | null;
}

export const importColumns = `id, state, outcome, created_by as "createdBy",
  case when basis is not null then jsonb_build_object('basis', basis, 'purposes', purposes, 'by', started_by) end as attestation, encoding, delimiter, column_count as columns, row_count as rows,
  taken_count as taken, jsonb_build_object('new', new_count, 'changed', changed_count, 'unchanged', unchanged_count,
    'repeated', repeated_count, 'refused', refused_count, 'leftOut', left_out_count) as counts,
  details, blob_name as "blobName", blob_key as "blobKey", refused_blob as "refusedBlob", refused_key as "refusedKey", created_at as "createdAt", checked_at as "checkedAt",
  started_at as "startedAt", ended_at as "endedAt", file_removed_at as "fileRemovedAt"`;

type SealedColumn = "details" | "blob_key" | "refused_key";

const importPlace = (workspaceId: string, id: string, column: SealedColumn): Aad => ({
  ...{ table: "contact_import", column, row: id, workspace: workspaceId },
});

type Within = Pick<Ctx, "keyring" | "workspaceId">;

export function sealDetails(ctx: Within, id: string, details: ImportDetails): Buffer {
  return seal(workspaceKey(ctx), importPlace(ctx.workspaceId, id, "details"), JSON.stringify(details));
}

/** Undefined once the file is gone. */
export function openDetails({ keyring, workspaceId }: Within, row: ImportRow): ImportDetails | undefined {
  const text = row.details && tryOpenText(keyring, importPlace(workspaceId, row.id, "details"), row.details);
  return text === null ? undefined : (JSON.parse(text) as ImportDetails);
}

/** Every file has a key of its own, sealed to the workspace. */
export function newFileKey(
  ctx: Within,
  id: string,
  column: "blob_key" | "refused_key" = "blob_key",
): { key: KeyObject; sealed: Buffer } {
  const bytes = randomBytes(32);
  const sealed = seal(workspaceKey(ctx), importPlace(ctx.workspaceId, id, column), bytes);
  return { key: createSecretKey(bytes), sealed };
}

/** The file is not there any more, or not as it was stored. */
export class FileGone extends Error {
  override name = "FileGone";
}

/** The file's bytes, from the beginning. @throws FileGone */
export const openFile = (app: Pick<App, "blobs" | "keyring">, workspaceId: string, row: ImportRow): Promise<Readable> =>
  openBlob(app, row.blobName, row.blobKey, importPlace(workspaceId, row.id, "blob_key"));

/** What was kept of a file when its import ended. @throws FileGone */
export const openRefused = (
  app: Pick<App, "blobs" | "keyring">,
  workspaceId: string,
  row: ImportRow,
): Promise<Readable> => openBlob(app, row.refusedBlob, row.refusedKey, importPlace(workspaceId, row.id, "refused_key"));

async function openBlob(
  { blobs, keyring }: Pick<App, "blobs" | "keyring">,
  name: string | null,
  sealed: Buffer | null,
  place: Aad,
): Promise<Readable> {
  if (name === null || sealed === null) throw new FileGone();
  try {
    return (await blobs.get(name, createSecretKey(open(keyring, place, sealed)))).stream;
  } catch (error) {
    throw isGone(error) || error instanceof KeyDestroyed ? new FileGone() : error;
  }
}

/**
 * A store that cannot be reached is asked again; a file that is not there, or that nobody can read, is gone. A destroyed key says so only
 * where the file is opened: elsewhere it is the key of a contact.
 */
export const isGone = (error: unknown): boolean =>
  error instanceof FileGone || (error instanceof BlobError && error.kind !== "unavailable");

/** So that with a sweep each quarter of an hour nothing lies for longer than a day. */
export const KEPT_MS = 23 * 3_600_000;

/** When whatever is left of the file goes. */
const dueAt = ({ startedAt, createdAt }: ImportRow): Date => new Date((startedAt ?? createdAt).getTime() + KEPT_MS);

export function viewImport(ctx: Within & Pick<Ctx, "actor">, row: ImportRow): ContactImportView {
  const isOpen = mayOpen(ctx.actor, row);
  const details = isOpen ? openDetails(ctx, row) : undefined;
  const { id, state, outcome, attestation, encoding, delimiter, columns, rows, taken, counts } = row;
  return {
    ...{ id, state, outcome, attestation, encoding, delimiter, columns, rows, taken, counts },
    mayOpen: isOpen,
    fileName: details?.fileName ?? null,
    mapping: details?.mapping ?? null,
    overwriteNames: details?.overwriteNames ?? false,
    defaultCountry: details?.defaultCountry ?? null,
    dateOrder: details?.dateOrder ?? null,
    isChecked: row.checkedAt !== null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    fileRemovedAt: row.fileRemovedAt?.toISOString() ?? null,
    refusedUntil: row.state === "ended" && row.refusedKey !== null ? dueAt(row).toISOString() : null,
  };
}

type InWorkspace = Pick<Ctx, "tx" | "workspaceId">;

/** @throws not_found */
export const findImport = (ctx: InWorkspace, id: string): Promise<ImportRow> => readRow(ctx, id);

/** Nobody else changes it before the transaction ends. @throws not_found */
export const lockImport = (ctx: InWorkspace, id: string): Promise<ImportRow> => readRow(ctx, id, "for update");

async function readRow({ tx, workspaceId }: InWorkspace, id: string, lock: "" | "for update" = ""): Promise<ImportRow> {
  const [row] = await tx.query<ImportRow>(
    `select ${importColumns} from contact_import where workspace_id = $1 and id = $2 ${lock}`,
    [workspaceId, id],
  );
  if (!row) throw notFound();
  return row;
}

/** For those who may see what is in the file. @throws not_found */
export async function findOpenImport(ctx: Pick<Ctx, "tx" | "workspaceId" | "actor">, id: string): Promise<ImportRow> {
  const row = await findImport(ctx, id);
  if (!mayOpen(ctx.actor, row)) throw notFound();
  return row;
}

/** @throws not_found */
export async function readImport(ctx: Ctx, id: string): Promise<ContactImportView> {
  return viewImport(ctx, await findImport(ctx, id));
}

/** Newest first. */
export async function listImports(
  ctx: Ctx,
  { cursor, limit, hasFile }: z.output<typeof pageQuery> & { hasFile?: "true" | undefined },
): Promise<{ data: ContactImportView[]; nextCursor: string | null }> {
  const after = decodeCursor(z.tuple([z.string()]), cursor)?.[0];
  const rows = await ctx.tx.query<ImportRow>(
    `select ${importColumns} from contact_import where workspace_id = $1 and ($2::text is null or id < $2)
       and (not $4 or state <> 'ended' or refused_key is not null) order by id desc limit $3`,
    [ctx.workspaceId, after ?? null, limit + 1, hasFile !== undefined],
  );
  const data = rows.slice(0, limit).map((row) => viewImport(ctx, row));
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}
