import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { runMigrations } from "graphile-worker";
import type pg from "pg";
import { appRole, ownerClient } from "./db.ts";
import { sqlState } from "./db-errors.ts";
import { declareJobs, type DeclaredJob } from "./job-queue.ts";
import { quietLogger } from "./job-log.ts";

export interface MigrateInput {
  /** As the owner of the tables: may create in the database, and create roles unless keepword_app exists already. */
  url: string;
  /** Folder of NNNN_name.sql files; none or empty is fine. */
  dir: string;
  /** Statements derived from the table declarations (row-level security, grants); idempotent, run when they or the tables changed. */
  derived?: readonly string[];
  /** Names that may be enqueued. */
  jobs?: readonly DeclaredJob[];
  at?: Date;
  /** How long to wait for another starter that migrates. */
  lockTimeoutMs?: number;
}

// any constant will do; it names "keepword migrates" within one database
const lockKey = 727_001;

/**
 * Brings the database to this version: role, SQL files not yet applied, derived statements, job queue. Safe to run by several starters at
 * once: one works, the others wait and find nothing to do. Returns the names of the files applied.
 */
export async function migrate(input: MigrateInput): Promise<string[]> {
  const client = await ownerClient(input.url);
  try {
    await refuseOld(client);
    await lock(client, input.lockTimeoutMs ?? 120_000);
    await createAppRole(client);
    const applied = await applyFiles(client, input.dir, input.at ?? new Date());
    await runMigrations({ connectionString: input.url, logger: quietLogger() });
    await declareJobs(client, input.jobs ?? []);
    await applyChangedDerived(client, input.derived ?? [], applied.length > 0);
    return applied;
  } finally {
    await client.end(); // frees the lock
  }
}

/**
 * They lock every table for a moment. A command beside a server that reads and writes would meet it there in the other order and one of
 * both would be cancelled (40P01), for statements that change nothing.
 */
async function applyChangedDerived(
  client: pg.Client,
  statements: readonly string[],
  isChanged: boolean,
): Promise<void> {
  const sha256 = createHash("sha256").update(statements.join(";\n")).digest("hex");
  await client.query("create table if not exists kw.derived (sha256 text not null)");
  const { rows } = await client.query<{ sha256: string }>("select sha256 from kw.derived");
  if (!isChanged && rows.length === 1 && rows[0]?.sha256 === sha256) return;
  const keep = `delete from kw.derived;\ninsert into kw.derived values ('${sha256}')`;
  await applyDerived(client, [...statements, keep]);
}

/** Runs all statements, or none. */
export async function applyDerived(client: pg.ClientBase, statements: readonly string[]): Promise<void> {
  if (statements.length > 0) await inTransaction(client, () => client.query(statements.join(";\n")));
}

async function refuseOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
  const version = Number(rows[0]?.server_version_num);
  if (version < 160_000)
    throw new Error(`PostgreSQL 16 or newer is needed; DATABASE_URL leads to ${Math.floor(version / 10_000)}`);
}

// polled: a session that waits in pg_advisory_lock holds a snapshot, and `create index concurrently` of the other waits for it (deadlock)
async function lock(client: pg.Client, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const { rows } = await client.query<{ ok: boolean }>("select pg_try_advisory_lock($1) as ok", [lockKey]);
    if (rows[0]?.ok) return;
    if (performance.now() > end)
      throw new Error("Another process has been migrating this database for too long; try again later");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Roles belong to the whole cluster, so another database's migration may create it at the same moment. */
async function createAppRole(client: pg.Client): Promise<void> {
  const exists = await client.query("select 1 from pg_roles where rolname = $1", [appRole]);
  if (exists.rowCount === 0) {
    await client
      .query(`create role ${appRole} nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls`)
      .catch((error: unknown) => {
        const code = sqlState(error);
        if (code === "42501")
          throw new Error(
            `The login may not create roles. Once, as superuser: create role ${appRole}; grant ${appRole} to <login>`,
            {
              cause: error,
            },
          );
        if (code !== "42710" && code !== "23505") throw error; // made meanwhile
      });
  }
  const may = await client.query<{ ok: boolean }>("select pg_has_role(current_user, $1, 'SET') as ok", [appRole]);
  if (may.rows[0]?.ok) return;
  // XX000 "tuple concurrently updated": the same grant from another database of the cluster
  await client.query(`grant ${appRole} to current_user with inherit false, set true`).catch(async (error: unknown) => {
    const again = await client.query<{ ok: boolean }>("select pg_has_role(current_user, $1, 'SET') as ok", [appRole]);
    if (again.rows[0]?.ok) return;
    if (sqlState(error) === "42501")
      throw new Error(`The login may not become ${appRole}. Once, as superuser: grant ${appRole} to <login>`, {
        cause: error,
      });
    throw error;
  });
}

async function applyFiles(client: pg.Client, dir: string, at: Date): Promise<string[]> {
  await client.query(`create schema if not exists kw`);
  await client.query(`create table if not exists kw.migration
    (name text primary key, sha256 text not null, applied_at timestamptz not null)`);
  const { rows } = await client.query<{ name: string; sha256: string }>("select name, sha256 from kw.migration");
  const done = new Map(rows.map((row) => [row.name, row.sha256]));
  const files = readMigrations(dir);
  const newest = [...done.keys()].toSorted().at(-1) ?? "";
  const applied: string[] = [];
  for (const { name, text, sha256 } of files) {
    const before = done.get(name);
    if (before === sha256) continue;
    if (before)
      throw new Error(
        `${name} was changed after it was applied: this database was made by another development version. ` +
          "Start with an empty data folder, or run the version that made this one. Who changed the file restores it and writes a new migration",
      );
    if (name < newest) throw new Error(`${name} is older than ${newest}, which is applied; give it a higher number`);
    const record = () => client.query("insert into kw.migration values ($1, $2, $3)", [name, sha256, at]);
    try {
      if (text.startsWith("-- no-transaction")) {
        await dropUnfinished(client, text);
        await client.query(text); // one statement, such as create index concurrently; written so that it can run again
        await record();
      } else {
        await inTransaction(client, async () => {
          await client.query(text);
          await record();
        });
      }
    } catch (error) {
      throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
    }
    applied.push(name);
  }
  const unknown = [...done.keys()].filter((name) => !files.some((file) => file.name === name));
  if (unknown.length > 0)
    throw new Error(
      `The database has migrations that this version does not know (${unknown.join(", ")}); use the newer version`,
    );
  return applied;
}

/** A build that was interrupted leaves an index of that name which nothing uses, and `if not exists` would be content with it. */
async function dropUnfinished(client: pg.Client, text: string): Promise<void> {
  const [, name] = /^create (?:unique )?index concurrently if not exists (\w+)/m.exec(text) ?? [];
  if (name === undefined) return;
  const { rows } = await client.query<{ name: string }>(
    "select indexrelid::regclass::text as name from pg_index where indexrelid = to_regclass($1) and not indisvalid",
    [name],
  );
  for (const row of rows) await client.query(`drop index concurrently ${row.name}`);
}

function readMigrations(dir: string): { name: string; text: string; sha256: string }[] {
  if (!fs.existsSync(dir)) return [];
  const names = fs.readdirSync(dir).filter((name) => name.endsWith(".sql"));
  return names.toSorted().map((name) => {
    const text = fs.readFileSync(path.join(dir, name), "utf8");
    return { name, text, sha256: createHash("sha256").update(text).digest("hex") };
  });
}

async function inTransaction(client: pg.ClientBase, work: () => Promise<unknown>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}
