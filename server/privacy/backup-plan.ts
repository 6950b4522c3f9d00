// What a backup holds, from the declarations: every table but those that a restore makes anew, and the look-up index of addresses.
import type { PgTable } from "../platform/drizzle.ts";
import type pg from "pg";
import { z } from "zod";
import type { App } from "../platform/context.ts";
import { blindIndex, tryOpenText } from "../platform/seal.ts";
import { describe, type TableDeclaration } from "../platform/table.ts";
import { identityPlace } from "../contacts/contact-places.ts";

export const snake = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** A row as COPY's text gives it: values by column, `null` for `\N`, everything else as it prints. */
export type TextRow = Readonly<Record<string, string | null>>;

/**
 * A column that is left out and computed from its row: an index of addresses must not outlive an erased person in old backups.
 * Undefined when the row's key is destroyed: then the row belongs to nobody any more and is not restored.
 */
export interface Rebuilt {
  column: string;
  compute: (app: Pick<App, "keyring">, row: TextRow) => string | undefined;
}

const rebuiltColumns: Readonly<Record<string, Rebuilt>> = {
  contact_identity: {
    column: "address_index",
    compute: (app, { workspace_id: workspaceId, id, kind, address }) => {
      if (!workspaceId || !id || !kind || !address) return undefined;
      const value = tryOpenText(app.keyring, identityPlace(workspaceId, id), Buffer.from(address.slice(3), "hex"));
      if (value === null) return undefined;
      return `\\\\x${blindIndex(app.keyring.indexKey(workspaceId, "address"), kind, value).toString("hex")}`;
    },
  },
};

export interface PlannedTable {
  name: string;
  columns: readonly string[];
  rebuilt?: Rebuilt;
}

export const isInBackups = ({ privacy: { backup = "included" } }: TableDeclaration): boolean => backup === "included";

/** Tables in the order of their declaration. */
export function planBackup(tables: readonly PgTable[]): PlannedTable[] {
  return tables
    .map(describe)
    .filter(isInBackups)
    .map(({ name, columns }) => {
      const rebuilt = rebuiltColumns[name];
      const kept = Object.keys(columns)
        .map(snake)
        .filter((column) => column !== rebuilt?.column);
      return { name, columns: kept, ...(rebuilt ? { rebuilt } : {}) };
    });
}

/** Every declared column that names a blob: `blobName`, `bundleBlob`. */
export const blobColumns = (tables: readonly TableDeclaration[]): { table: string; column: string }[] =>
  tables.flatMap(({ name, columns }) =>
    Object.keys(columns)
      .filter((key) => /(^b|B)lob(Name)?$/.test(key))
      .map((key) => ({ table: name, column: snake(key) })),
  );

/** Tables so that each comes after those its foreign keys lead to. */
export async function byDependency(client: pg.ClientBase, tables: readonly PgTable[]): Promise<string[]> {
  const { rows } = await client.query<{ child: string; parent: string }>(
    `select distinct conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
     where contype = 'f' and conrelid <> confrelid and connamespace = 'public'::regnamespace`,
  );
  const left = new Set(tables.map((table) => describe(table).name));
  const order: string[] = [];
  while (left.size > 0) {
    const free = [...left].filter((name) => !rows.some(({ child, parent }) => child === name && left.has(parent)));
    if (free.length === 0) throw new Error(`foreign keys go in a circle: ${[...left].join(", ")}`);
    for (const name of free) {
      left.delete(name);
      order.push(name);
    }
  }
  return order;
}

const Part = z.object({ file: z.string(), rows: z.int(), bytes: z.int(), sha256: z.string() });

/** `manifest.json` of a backup. `mac` is keyed by the keyring, so that only this installation can write one. */
export const Manifest = z.object({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  /** fingerprint of the keyring that opens it */
  keyring: z.string(),
  migrations: z.array(z.object({ name: z.string(), sha256: z.string() })),
  tables: z.array(Part.extend({ name: z.string(), columns: z.array(z.string()) })),
  jobs: Part,
  blobs: Part.extend({ totalBytes: z.int() }),
  mac: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;
