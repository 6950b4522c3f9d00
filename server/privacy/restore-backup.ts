// `keepword restore`: puts a backup into an empty database, then repeats what was erased since.
import fs from "node:fs";
import path from "node:path";
import type { PgTable } from "../platform/drizzle.ts";
import pg from "pg";
import type { App } from "../platform/context.ts";
import { copyIn } from "../platform/copy.ts";
import { ownerClient } from "../platform/db.ts";
import { giveUpDueSends } from "../outbound/give-up-due-sends.ts";
import { byDependency, planBackup, type Rebuilt } from "./backup-plan.ts";
import { BackupUnusable, blobsOf, type Backup } from "./read-backup.ts";
import { blobFile, macOf } from "./write-backup.ts";

export interface Restored {
  rows: number;
  blobs: number;
  /** rows whose key is destroyed already */
  skipped: number;
  /** messages that were due: they may have gone out since the backup, so they are not sent again */
  unsent: number;
}

/** All tables in one transaction, then the blobs. The backup was verified before. Throws BackupUnusable. */
export async function restoreBackup(
  app: Pick<App, "keyring" | "blobs" | "clock">,
  backup: Backup,
  { tables, ownerUrl }: { tables: readonly PgTable[]; ownerUrl: string },
): Promise<Restored> {
  const { mac, ...body } = backup.manifest;
  if (macOf(app, body) !== mac) throw new BackupUnusable("manifest.json was changed; take another backup");
  const client = await ownerClient(ownerUrl);
  try {
    await refuseOtherVersion(client, backup);
    await client.query("begin");
    await refuseFilled(client);
    const done = await load(app, client, backup, tables);
    await client.query("commit");
    const blobs = await putBlobs(app, backup);
    return { ...done, blobs };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    await client.end();
  }
}

async function refuseOtherVersion(client: pg.ClientBase, { manifest }: Backup): Promise<void> {
  const { rows } = await client.query<{ name: string; sha256: string }>("select name, sha256 from kw.migration");
  const list = (all: readonly { name: string; sha256: string }[]) =>
    all
      .map(({ name, sha256 }) => `${name} ${sha256}`)
      .toSorted()
      .join();
  if (list(rows) === list(manifest.migrations)) return;
  const last =
    manifest.migrations
      .map(({ name }) => name)
      .toSorted()
      .at(-1) ?? "none";
  throw new BackupUnusable(
    `The backup was made by another version (its last migration is ${last}); restore it with that version, then upgrade`,
  );
}

async function refuseFilled(client: pg.ClientBase): Promise<void> {
  for (const table of ["workspace", "person"]) {
    const { rowCount } = await client.query(`select 1 from ${table} limit 1`);
    if (rowCount) throw new BackupUnusable("The database is not empty; restore into a new data folder or database");
  }
}

async function load(
  app: Pick<App, "keyring" | "clock">,
  client: pg.ClientBase,
  backup: Backup,
  tables: readonly PgTable[],
): Promise<Omit<Restored, "blobs">> {
  const order = await byDependency(client, tables);
  // what a start leaves in an empty database: its keyring's name, marks of sweeps
  for (const name of order.toReversed()) await client.query(`delete from ${pg.escapeIdentifier(name)}`);
  const plan = new Map(planBackup(tables).map((table) => [table.name, table]));
  const parts = new Map(backup.manifest.tables.map((table) => [table.name, table]));
  const forced = await forcedTables(client);
  let rows = 0;
  let skipped = 0;
  for (const name of order) {
    const part = parts.get(name);
    if (!part) continue;
    const rebuilt = plan.get(name)?.rebuilt;
    const columns = [...part.columns, ...(rebuilt ? [rebuilt.column] : [])].map(pg.escapeIdentifier).join(", ");
    const file = fs.createReadStream(path.join(backup.dir, path.basename(part.file)), { highWaterMark: 262_144 });
    const source = rebuilt
      ? rebuild(app, file, part.columns, rebuilt, () => void (skipped += 1))
      : (file as AsyncIterable<Buffer>);
    // COPY refuses tables whose row policies bind the owner; nobody else sees the moment without
    const table = pg.escapeIdentifier(name);
    await client.query(`alter table ${table} no force row level security`);
    await copyIn(client, `copy ${table} (${columns}) from stdin`, source);
    rows += part.rows;
  }
  const unsent = await giveUpDueSends(client, app.clock.now());
  for (const name of forced) await client.query(`alter table ${pg.escapeIdentifier(name)} force row level security`);
  await restoreJobs(client, backup);
  await client.query("select kw.make_event_partitions(min(created_at)::date, 40) from event having count(*) > 0");
  return { rows: rows - skipped, skipped, unsent };
}

async function forcedTables(client: pg.ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity",
  );
  return new Set(rows.map(({ name }) => name));
}

/** Adds the computed column to each line, and leaves out lines that belong to nobody any more. */
async function* rebuild(
  app: Pick<App, "keyring">,
  source: AsyncIterable<Buffer>,
  columns: readonly string[],
  rebuilt: Rebuilt,
  onSkip: () => void,
): AsyncGenerator<Buffer> {
  for await (const lines of wholeLines(source)) {
    const out: string[] = [];
    for (const line of lines) {
      const values = line.split("\t");
      const row = Object.fromEntries(
        columns.map((column, i) => [column, values[i] === "\\N" ? null : (values[i] ?? null)]),
      );
      const value = rebuilt.compute(app, row);
      if (value === undefined) onSkip();
      else out.push(`${line}\t${value}\n`);
    }
    yield Buffer.from(out.join(""));
  }
}

async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const held = Buffer.concat([rest, chunk]);
    const end = held.lastIndexOf(10) + 1;
    rest = held.subarray(end);
    if (end > 0)
      yield held
        .subarray(0, end - 1)
        .toString("utf8")
        .split("\n");
  }
}

async function restoreJobs(client: pg.ClientBase, { dir, manifest }: Backup): Promise<void> {
  await client.query(`create temporary table restored_job (identifier text, payload json, run_at timestamptz,
    max_attempts int, key text, priority int) on commit drop`);
  await copyIn(client, "copy restored_job from stdin", fs.createReadStream(path.join(dir, manifest.jobs.file)));
  await client.query(`select graphile_worker.add_job(identifier, payload, run_at => run_at, max_attempts => max_attempts,
    job_key => key, priority => priority) from restored_job`);
}

async function putBlobs(app: Pick<App, "blobs">, backup: Backup): Promise<number> {
  const blobs = blobsOf(backup);
  for (const { name, size } of blobs) {
    if ((await app.blobs.driver.size(name)) === size) continue;
    const file = blobFile(path.join(backup.root, "blobs"), name);
    await app.blobs.driver.write(name, fs.createReadStream(file));
  }
  return blobs.length;
}
