// Looks for texts in everything the product keeps: the last step of an erasure, and the measure of the conformance tests.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import type { App } from "../platform/context.ts";
import { formsOf } from "./needles.ts";

/** Where a needle was found; never the needle itself. */
export interface Find {
  /** table · keyring · blobs · mail · data folder · temporary folder · statistics · text */
  store: string;
  place: string;
  /** Index of the needle in the call. */
  needle: number;
  form: string;
}

export interface ScanOptions {
  /** Sees every row of every schema, and the planner's statistics. Without it: the rows of `workspaceIds` as the app role. */
  adminUrl?: string | undefined;
  workspaceIds?: readonly string[] | undefined;
  /** What has no place on disk, by name: lines of a log, bodies that a receiver got. */
  texts?: Readonly<Record<string, string>> | undefined;
}

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Scans tables, keyring, blobs, mails, the rest of the data folder and temporary files of ours. An empty list is the proof. */
export async function scanForNeedles(
  app: Pick<App, "config" | "db">,
  needles: readonly string[],
  options: ScanOptions = {},
): Promise<Find[]> {
  const shapes = needles.map(formsOf);
  const found = (store: string, place: string, text: string): Find[] =>
    shapes.flatMap((forms, needle) =>
      [...forms].filter(([shape]) => text.includes(shape)).map(([, form]) => ({ store, place, needle, form })),
    );
  const inTables = await withQuery(app, options, (query) => scanTables(query, shapes));
  const inFiles = [...filesOf(app.config.dataDir), ...temporaryFiles()].flatMap(({ store, file }) =>
    found(store, file, readText(file)),
  );
  const inTexts = Object.entries(options.texts ?? {}).flatMap(([name, text]) =>
    found("text", name, text.toLowerCase()),
  );
  return [...inTables, ...inFiles, ...inTexts];
}

async function withQuery<T>(
  app: Pick<App, "db">,
  options: ScanOptions,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  if (options.adminUrl === undefined)
    return app.db.tx({ workspaceIds: options.workspaceIds ?? [] }, (tx) =>
      work((text, values) => tx.query(text, values)),
    );
  const client = new pg.Client({ connectionString: options.adminUrl });
  await client.connect();
  try {
    return await work(async (text, values) => (await client.query<Record<string, unknown>>(text, values)).rows);
  } finally {
    await client.end();
  }
}

// a row as text holds bytea as hex, JSON and arrays as they print; the quotes of a record are doubled, so JSON is asked for as well
const SCAN = (table: string): string =>
  `select n.needle, n.form, count(*)::int as rows from ${table} t,
     unnest($1::text[], $2::text[], $3::int[]) as n (shape, form, needle)
   where strpos(lower(t::text), n.shape) > 0 or strpos(lower(to_jsonb(t)::text), n.shape) > 0
   group by n.needle, n.form`;

async function scanTables(query: Query, shapes: readonly ReadonlyMap<string, string>[]): Promise<Find[]> {
  const tables = await query(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
       and has_table_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage')
     order by 1`,
  );
  const flat = shapes.flatMap((forms, needle) => [...forms].map(([shape, form]) => ({ shape, form, needle })));
  const values = [flat.map((f) => f.shape), flat.map((f) => f.form), flat.map((f) => f.needle)];
  const finds: Find[] = [];
  for (const name of [...tables.map((row) => String(row["name"])), "pg_catalog.pg_stats"]) {
    const store = name === "pg_catalog.pg_stats" ? "statistics" : "table";
    // the view's columns of any type have no JSON form
    const rows = await query(
      store === "table" ? SCAN(name) : SCAN("(select s::text as line from pg_catalog.pg_stats s)"),
      values,
    );
    for (const row of rows)
      finds.push({ store, place: name, needle: Number(row["needle"]), form: String(row["form"]) });
  }
  return finds;
}

/** Everything in the data folder but the database's own files, which SQL reads better (and which hold sealed bytes only). */
function filesOf(dataDir: string): { store: string; file: string }[] {
  const home = path.resolve(dataDir);
  return walk(home, (folder) => folder !== path.join(home, "postgres")).map((file) => {
    const [top = ""] = path.relative(home, file).split(path.sep);
    return { store: { keyring: "keyring", blobs: "blobs", outbox: "mail" }[top] ?? "data folder", file };
  });
}

function temporaryFiles(): { store: string; file: string }[] {
  return readdirSync(os.tmpdir())
    .filter((name) => /^keepword-[0-9a-f]{24}$/.test(name))
    .map((name) => ({ store: "temporary folder", file: path.join(os.tmpdir(), name) }));
}

function walk(dir: string, enters: (folder: string) => boolean): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) return enters(file) ? walk(file, enters) : [];
    return entry.isFile() ? [file] : [];
  });
}

/** Latin-1 keeps every byte; text is looked for in its UTF-8 bytes. A file that went meanwhile holds nothing. */
function readText(file: string): string {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return "";
  const bytes = readFileSync(file);
  return `${bytes.toString("latin1").toLowerCase()}\n${bytes.toString("utf8").toLowerCase()}`;
}
