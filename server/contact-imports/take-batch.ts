// The rows of a file in batches, and what becomes of each: the same for a check and for the import itself.
import type { ImportAttestation } from "../contacts/attest-import.ts";
import { listAttributes } from "../contacts/contact-attribute.ts";
import { addressesOf, importContacts } from "../contacts/import-contacts.ts";
import type { App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { openFile, type ImportCounts, type ImportRow } from "./contact-import.ts";
import {
  addressColumn,
  attributeColumn,
  contactOf,
  type ColumnMapping,
  type ImportedContact,
  type Reading,
  type Refusal,
} from "./map-columns.ts";
import { isBlank, recordsOf, type CsvShape } from "./read-csv.ts";

const BATCH = 1000;

/** Rows of the file in their order; a refused one has no contact. */
export interface Batch {
  rows: { row: number; contact: ImportedContact | undefined; leftOut: Refusal[] }[];
  refusals: Refusal[];
  /** Rows about somebody whom an earlier row is about. */
  repeated: Set<number>;
}

export interface Plan {
  workspaceId: string;
  row: ImportRow;
  mapping: ColumnMapping;
  /** Columns that a mapping before this one named as special. */
  special?: readonly number[];
  reading: Reading;
}

/** With the types of the attributes as they are declared now. */
export async function readingOf(
  ctx: Pick<Ctx, "tx" | "workspaceId">,
  { defaultCountry = null, dateOrder = null }: Partial<Pick<Reading, "defaultCountry" | "dateOrder">>,
): Promise<Reading> {
  const declared = await listAttributes(ctx);
  const dates = declared.flatMap(({ name, type, removedAt }) => (type === "date" && removedAt === null ? [name] : []));
  return { defaultCountry, dateOrder, dates: new Set(dates) };
}

export async function* batchesOf(app: Pick<App, "blobs" | "keyring">, { workspaceId, row, mapping, reading }: Plan) {
  const seen = new Set<string>();
  const empty = (): Batch => ({ rows: [], refusals: [], repeated: new Set() });
  let batch = empty();
  for await (const record of recordsOf(await openFile(app, workspaceId, row), row as CsvShape)) {
    if (record.row === 1 || isBlank(record.cells)) continue;
    const made = contactOf(record, mapping, row.columns, reading);
    const { contact, leftOut } = "code" in made ? { contact: undefined, leftOut: [] } : made;
    if ("code" in made) batch.refusals.push(made);
    const addresses = (contact && addressesOf(contact))?.map(({ kind, value }) => `${kind} ${value}`) ?? [];
    if (addresses.some((one) => seen.has(one))) batch.repeated.add(record.row);
    for (const one of addresses) seen.add(one);
    batch.rows.push({ row: record.row, contact, leftOut });
    if (batch.rows.length < BATCH) continue;
    yield batch;
    batch = empty();
  }
  if (batch.rows.length > 0) yield batch;
}

export const noCounts = (): ImportCounts => ({ new: 0, changed: 0, unchanged: 0, repeated: 0, refused: 0, leftOut: 0 });

export interface HowToTake {
  isDryRun: boolean;
  overwriteNames: boolean;
  attestation?: ImportAttestation;
}

/** Takes a batch, or says what would come of it. */
export async function take(
  ctx: Ctx,
  { rows, refusals: before, repeated }: Batch,
  { mapping }: Plan,
  { isDryRun, overwriteNames, attestation }: HowToTake,
): Promise<{ counts: ImportCounts; refusals: Refusal[] }> {
  const valid = rows.flatMap(({ row, contact, leftOut }) => (contact ? [{ row, contact, leftOut: [...leftOut] }] : []));
  const contacts = valid.map(({ contact }) => contact);
  const { data } = await importContacts(
    ctx,
    { contacts, overwriteNames, ...(attestation && { attestation }) },
    {
      isDryRun,
      leaveOut: (at, { attribute, code }) => {
        const one = valid[at];
        one?.leftOut.push({ row: one.row, column: attributeColumn(mapping, attribute), code, isLeftOut: true });
      },
    },
  );
  const counts = noCounts();
  const refusals = [...before];
  let refused = before.length;
  valid.forEach(({ row, leftOut }, n) => {
    const one = data[n];
    if (!one) throw new Error("an import answers each row");
    if (one.isImported) {
      counts[repeated.has(row) ? "repeated" : one.isNew ? "new" : one.isChanged ? "changed" : "unchanged"] += 1;
      counts.leftOut += leftOut.length;
      refusals.push(...leftOut);
    } else {
      refused += 1;
      refusals.push({ row, column: addressColumn(mapping), code: one.problem.code, isLeftOut: false });
    }
  });
  counts.refused = refused;
  return { counts, refusals };
}

export async function keepRefusals(
  tx: Tx,
  workspaceId: string,
  id: string,
  refusals: readonly Refusal[],
): Promise<void> {
  if (refusals.length === 0) return;
  await tx.query(
    `insert into contact_import_refusal (workspace_id, import_id, file_row, file_column, code, is_left_out)
     select $1, $2, r, c, x, l from unnest($3::int[], $4::int[], $5::text[], $6::boolean[]) as u (r, c, x, l)
     on conflict do nothing`,
    [
      ...[workspaceId, id, refusals.map(({ row }) => row)],
      ...[refusals.map(({ column }) => column), refusals.map(({ code }) => code)],
      refusals.map(({ isLeftOut }) => isLeftOut),
    ],
  );
}

export const addCounts = (a: ImportCounts, b: ImportCounts): ImportCounts => ({
  ...{ new: a.new + b.new, changed: a.changed + b.changed, unchanged: a.unchanged + b.unchanged },
  ...{ repeated: a.repeated + b.repeated, refused: a.refused + b.refused, leftOut: a.leftOut + b.leftOut },
});
export const countValues = (counts: ImportCounts): number[] => [
  ...[counts.new, counts.changed, counts.unchanged, counts.repeated, counts.refused, counts.leftOut],
];
