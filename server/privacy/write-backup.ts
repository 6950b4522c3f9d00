// `keepword backup`: tables in one snapshot, blobs, and apart from them the one copy of the keyring.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PgTable } from "../platform/drizzle.ts";
import pg from "pg";
import { BlobError } from "../platform/blob.ts";
import type { App } from "../platform/context.ts";
import { copyOut } from "../platform/copy.ts";
import { hmac } from "../platform/crypto.ts";
import { ownerClient } from "../platform/db.ts";
import { describe } from "../platform/table.ts";
import { blobColumns, isInBackups, planBackup, Manifest } from "./backup-plan.ts";
import { ledgerFile } from "./ledger-file.ts";

export interface BackupInput {
  /** Folder of all backups. Blobs are kept once for all of them. */
  to: string;
  tables: readonly PgTable[];
  /** As the tables' owner. */
  ownerUrl: string;
  /** Where the one copy of the keyring goes; default: `keyring` in `to`. */
  keyringTo?: string | undefined;
  /** Backups that are older are deleted afterwards. */
  keepDays: number;
}

export interface BackupDone {
  dir: string;
  rows: number;
  blobs: number;
  bytes: number;
  /** erased while the backup was made */
  missingBlobs: number;
  removed: string[];
}

const dayMs = 86_400_000;
export const backupName = /^keepword-\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z$/;
export const jobsQuery = `select t.identifier, j.payload, j.run_at, j.max_attempts, j.key, j.priority
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id`;

type App_ = Pick<App, "clock" | "keyring" | "blobs" | "config">;

/** A whole backup or none: it gets its name when everything is on disk. Safe beside a running server. */
export async function writeBackup(app: App_, input: BackupInput): Promise<BackupDone> {
  const root = path.resolve(input.to);
  fs.mkdirSync(root, { recursive: true, mode: 0o700 });
  const name = `keepword-${app.clock.now().toISOString().replaceAll(":", "")}`;
  const dir = path.join(root, name);
  if (fs.existsSync(dir)) throw new Error(`${dir} is there already`);
  const draft = fs.mkdtempSync(path.join(root, ".draft-"));
  try {
    const { manifest, missing } = await fill(app, input, draft, path.join(root, "blobs"));
    write(path.join(draft, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
    flush(draft);
    fs.renameSync(draft, dir);
    flush(root);
    // after the snapshot: it has the keys of all its rows
    copyKeyring(app, path.resolve(input.keyringTo ?? path.join(root, "keyring")));
    const removed = prune(root, app.clock.ms() - input.keepDays * dayMs, name);
    const tables = [...manifest.tables, manifest.jobs, manifest.blobs];
    return {
      dir,
      rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
      blobs: manifest.blobs.rows,
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0) + manifest.blobs.totalBytes,
      missingBlobs: missing,
      removed,
    };
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw explain(error, root);
  }
}

async function fill(app: App_, input: BackupInput, draft: string, blobDir: string) {
  const client = await ownerClient(input.ownerUrl);
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query("set local statement_timeout = 0");
    const { rows: migrations } = await client.query<{ name: string; sha256: string }>(
      "select name, sha256 from kw.migration order by name",
    );
    const tables: Manifest["tables"] = [];
    for (const { name, columns } of planBackup(input.tables)) {
      const list = columns.map(pg.escapeIdentifier).join(", ");
      // a query, because a partitioned table cannot be copied by its name
      const part = await copyTo(client, `select ${list} from ${pg.escapeIdentifier(name)}`, draft, `${name}.copy`);
      tables.push({ name, columns: [...columns], ...part });
    }
    const jobs = await copyTo(client, jobsQuery, draft, "jobs.copy");
    const names = await blobNames(client, input.tables);
    await client.query("commit");
    const { blobs, missing } = await copyBlobs(app, names, draft, blobDir);
    const body = {
      format: 1 as const,
      madeAt: app.clock.now().toISOString(),
      keyring: app.keyring.fingerprint(),
      ...{ migrations, tables, jobs, blobs },
    };
    return { manifest: { ...body, mac: macOf(app, body) } satisfies Manifest, missing };
  } finally {
    await client.end();
  }
}

/** Keyed, so that a backup that was changed, or made elsewhere, is not taken for ours. */
export function macOf(app: Pick<App, "keyring">, body: Omit<Manifest, "mac">): string {
  return hmac(
    app.keyring.indexKey("installation", "backup"),
    JSON.stringify(Manifest.omit({ mac: true }).parse(body)),
  ).toString("hex");
}

async function copyTo(client: pg.ClientBase, query: string, dir: string, file: string) {
  const part = measured();
  const target = fs.createWriteStream(path.join(dir, file), { mode: 0o600, flags: "wx", flush: true });
  await pipeline(copyOut(client, `copy (${query}) to stdout`), part.through, target);
  return { file, ...part.figures() };
}

/** Counts lines and bytes and hashes what passes through. */
function measured() {
  const hash = createHash("sha256");
  let rows = 0;
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
      done(null, chunk);
    },
  });
  return { through, figures: () => ({ rows, bytes, sha256: hash.digest("hex") }) };
}

async function blobNames(client: pg.ClientBase, tables: readonly PgTable[]): Promise<string[]> {
  const names = new Set<string>();
  for (const { table, column } of blobColumns(tables.map(describe).filter(isInBackups))) {
    const { rows } = await client.query<{ name: string }>(
      `select ${column} as name from ${table} where ${column} is not null`,
    );
    for (const { name } of rows) names.add(name);
  }
  return [...names].toSorted();
}

/** Blobs never change under their name, so those of an earlier backup serve this one too. */
async function copyBlobs(app: App_, names: readonly string[], draft: string, blobDir: string) {
  const lines: string[] = [];
  let missing = 0;
  let totalBytes = 0;
  for (const name of names) {
    const size = await app.blobs.driver.size(name);
    if (size === undefined) {
      missing += 1;
      continue;
    }
    const target = blobFile(blobDir, name);
    if (fs.statSync(target, { throwIfNoEntry: false })?.size !== size) await copyBlob(app, name, size, target);
    lines.push(`${name} ${size}\n`);
    totalBytes += size;
  }
  const text = lines.join("");
  write(path.join(draft, "blobs.list"), text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const blobs = { file: "blobs.list", rows: lines.length, bytes: Buffer.byteLength(text), sha256, totalBytes };
  return { blobs, missing };
}

export const blobFile = (blobDir: string, name: string): string => path.join(blobDir, name.slice(0, 2), name);

async function copyBlob(app: App_, name: string, size: number, target: string): Promise<void> {
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  const draft = `${target}.draft`;
  try {
    await pipeline(
      await app.blobs.driver.read(name, 0, size),
      fs.createWriteStream(draft, { mode: 0o600, flush: true }),
    );
    fs.renameSync(draft, target);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    // erased in this moment: the next look at its size says so
    if (!(error instanceof BlobError && error.kind === "missing")) throw error;
  }
}

/** One copy, replaced: an older one would bring destroyed keys back. The ledger goes along, it holds ids only. */
function copyKeyring(app: App_, dir: string): void {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  app.keyring.copyTo(path.join(dir, "keyring.db"));
  const ledger = ledgerFile(app.config.dataDir);
  if (!fs.existsSync(ledger)) return;
  const target = path.join(dir, "erasures.jsonl");
  fs.copyFileSync(ledger, `${target}.draft`);
  fs.renameSync(`${target}.draft`, target);
}

/** Deletes backups made before `beforeMs`, and blobs that no remaining backup names. */
function prune(root: string, beforeMs: number, newest: string): string[] {
  const all = fs.readdirSync(root).filter((name) => backupName.test(name));
  const old = all.filter((name) => name !== newest && madeAtMs(name) < beforeMs);
  for (const name of old) fs.rmSync(path.join(root, name), { recursive: true });
  if (old.length === 0) return [];
  const kept = new Set(
    all
      .filter((name) => !old.includes(name))
      .flatMap((name) => fs.readFileSync(path.join(root, name, "blobs.list"), "utf8").split("\n"))
      .map((line) => line.split(" ")[0]),
  );
  for (const folder of fs.existsSync(path.join(root, "blobs")) ? fs.readdirSync(path.join(root, "blobs")) : [])
    for (const name of fs.readdirSync(path.join(root, "blobs", folder)))
      if (!kept.has(name)) fs.rmSync(path.join(root, "blobs", folder, name), { force: true });
  return old;
}

function madeAtMs(name: string): number {
  return Date.parse(name.slice("keepword-".length).replace(/T(\d\d)(\d\d)(\d\d)/, "T$1:$2:$3"));
}

function write(file: string, text: string): void {
  fs.writeFileSync(file, text, { mode: 0o600, flush: true });
}

function flush(dir: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(dir, "r");
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}

/** The one line that the operator gets. */
function explain(error: unknown, root: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code))
    return new Error(`There is no room for the backup in ${root}; nothing of it was kept`, { cause: error });
  return error;
}
