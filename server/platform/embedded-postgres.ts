import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { findBinaries, unprivilegedUser } from "./embedded-postgres-binaries.ts";
import { prepareDataDir, readPasswords, writePrivate } from "./embedded-postgres-files.ts";
import { keepRunning, type Keeper } from "./embedded-postgres-keeper.ts";
import { lockFolder } from "./embedded-postgres-lock.ts";
import { clearLeftovers, findPostmaster, stopPostmaster } from "./embedded-postgres-process.ts";
import { startServer } from "./embedded-postgres-server.ts";

export interface ClusterOptions {
  /** The cluster's own folder; for an ephemeral cluster, an existing folder to make a private one in. */
  dir: string;
  /** Fast and forgetful, for tests: no fsync, removed when its owner ends, however it ends. */
  ephemeral?: boolean;
  port?: number;
  settings?: Record<string, string>;
  /** The server had died under us (the machine's memory killer takes it first) and was started again, or could not be yet. */
  onRestart?: (error?: unknown) => void;
}

export interface Cluster {
  port: number;
  dir: string;
  /** PostgreSQL's own files: `dir/data`, or below /var/lib/keepword when root's folder cannot be reached by others. */
  dataDir: string;
  /** As the owner of the product's tables: may log in, create databases and roles, and is no superuser. */
  url(database?: string): string;
  /** As superuser, for the operator and for tests that must see past row-level security. */
  adminUrl(database?: string): string;
  stop(): Promise<void>;
}

export interface Connection {
  url: string;
  adminUrl: string;
  port: number;
  ownerPid: number;
}

/** Login that owns the product's tables in an embedded cluster, and the database it owns. */
const owner = "keepword";

/**
 * Runs a private PostgreSQL on 127.0.0.1 with its data below `dir`. After a kill -9 of an earlier owner it clears what that one left and
 * starts clean; a second living owner throws `DataFolderInUse`.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const isEphemeral = options.ephemeral ?? false;
  const dir = isEphemeral ? fs.mkdtempSync(path.join(options.dir, "keepword-pg-")) : path.resolve(options.dir);
  fs.mkdirSync(dir, { recursive: true });
  const runAs = unprivilegedUser(path.join(dir, "data"));
  const binaries = findBinaries(runAs);
  fs.chmodSync(dir, runAs ? 0o711 : 0o700);
  const lock = lockFolder(dir);
  let dataDir = "";
  let keeper: Keeper | undefined;
  try {
    dataDir = await prepareDataDir(dir, binaries, runAs, isEphemeral);
    await clearLeftovers(dataDir);
    const server = { dataDir, binaries, runAs, isEphemeral, settings: options.settings ?? {} };
    const port = await startServer({ ...server, port: options.port });
    const running = (keeper = keepRunning(
      { ...server, port },
      isEphemeral ? [path.dirname(dataDir), dir] : [],
      options.onRestart,
    ));
    const passwords = readPasswords(dir);
    const url = (user: string, password: string, database = owner) =>
      `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
    const adminUrl = (database?: string) => url("postgres", passwords.admin, database);
    const ownerUrl = (database?: string) => url(owner, passwords.owner, database);
    await createOwner(adminUrl("postgres"), passwords.owner);
    const connection: Connection = { url: ownerUrl(), adminUrl: adminUrl(), port, ownerPid: process.pid };
    writePrivate(path.join(dir, "connection.json"), JSON.stringify(connection));
    const stop = async () => {
      await running.stop();
      fs.rmSync(path.join(dir, "connection.json"), { force: true });
      lock.release();
    };
    let stopping: Promise<void> | undefined;
    return { port, dir, dataDir, url: ownerUrl, adminUrl, stop: () => (stopping ??= stop()) };
  } catch (error) {
    if (keeper) await keeper.stop();
    else if (dataDir) await stopPostmaster(dataDir, findPostmaster(dataDir)?.pid ?? 0, "fast");
    lock.release();
    if (isEphemeral) fs.rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

/** How a command attaches to the cluster that a running server has on `dir`; undefined when none runs. */
export function readConnectionFile(dir: string): Connection | undefined {
  const file = path.join(path.resolve(dir), "connection.json");
  const data = path.join(path.resolve(dir), "data");
  if (!fs.existsSync(file) || !fs.existsSync(data)) return undefined;
  const connection = JSON.parse(fs.readFileSync(file, "utf8")) as Connection;
  return findPostmaster(fs.realpathSync(data))?.port === connection.port ? connection : undefined;
}

async function createOwner(adminUrl: string, password: string): Promise<void> {
  const admin = new pg.Client(adminUrl);
  admin.on("error", () => {}); // the statement under way rejects
  await admin.connect();
  try {
    const roles = await admin.query("select 1 from pg_roles where rolname = $1", [owner]);
    if (roles.rowCount === 0) {
      await admin.query(`create role ${owner} login createdb createrole password ${pg.escapeLiteral(password)}`);
      await admin.query(`grant pg_checkpoint, pg_monitor to ${owner}`);
    }
    const databases = await admin.query("select 1 from pg_database where datname = $1", [owner]);
    if (databases.rowCount === 0) await admin.query(`create database ${owner} owner ${owner}`);
  } finally {
    await admin.end();
  }
}
