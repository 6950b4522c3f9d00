import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import pg from "pg";
import {
  findBinaries,
  isReachableByAll,
  rootHome,
  runProgram,
  unprivilegedUser,
  type RunAs,
} from "./embedded-postgres-binaries.ts";
import type { GuardTask } from "./embedded-postgres-guard.ts";
import { lockFolder } from "./embedded-postgres-lock.ts";
import { clearLeftovers, findPostmaster, stopPostmaster } from "./embedded-postgres-process.ts";

export interface ClusterOptions {
  /** The cluster's own folder; for an ephemeral cluster, an existing folder to make a private one in. */
  dir: string;
  /** Fast and forgetful, for tests: no fsync, removed when its owner ends, however it ends. */
  ephemeral?: boolean;
  port?: number;
  settings?: Record<string, string>;
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

// What people wrote must not reach the server's log: an error's text quotes values ("invalid input syntax …"), its DETAIL a whole key.
// `log` keeps starts, stops, crashes and FATAL; an ERROR goes to the client, which reports it in its own words.
const quietLog = {
  log_min_messages: "log",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: "0",
};
const durable = { shared_buffers: "128MB", max_connections: "100", log_checkpoints: "off" };
const forgetful = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  log_checkpoints: "off",
  shared_buffers: "128MB",
  max_wal_size: "512MB",
  max_connections: "200",
  wal_level: "minimal",
  max_wal_senders: "0",
  deadlock_timeout: "100ms",
};

/**
 * Runs a private PostgreSQL on 127.0.0.1 with its data below `dir`. After a kill -9 of an earlier owner it clears what that one left and
 * starts clean; a second living owner throws `DataFolderInUse`.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const runAs = unprivilegedUser();
  const binaries = findBinaries(runAs);
  const dir = options.ephemeral ? fs.mkdtempSync(path.join(options.dir, "keepword-pg-")) : path.resolve(options.dir);
  fs.mkdirSync(dir, { recursive: true });
  fs.chmodSync(dir, runAs ? 0o711 : 0o700);
  const lock = lockFolder(dir);
  let dataDir: string | undefined;
  try {
    dataDir = await prepareDataDir(dir, binaries, runAs, options.ephemeral ?? false);
    await clearLeftovers(dataDir);
    const port = await startServer({ dataDir, binaries, runAs, options });
    const passwords = readPasswords(dir);
    const url = (user: string, password: string, database: string) =>
      `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
    const adminUrl = (database = owner) => url("postgres", passwords.admin, database);
    const ownerUrl = (database = owner) => url(owner, passwords.owner, database);
    const postmasterPid = findPostmaster(dataDir)?.pid ?? 0;
    const files = dataDir;
    const remove = options.ephemeral ? [...new Set([path.dirname(dataDir), dir])] : [];
    const guard = startGuard({ dataDir, postmasterPid, remove });
    await createOwner(adminUrl("postgres"), passwords.owner);
    const connection: Connection = { url: ownerUrl(), adminUrl: adminUrl(), port, ownerPid: process.pid };
    writePrivate(path.join(dir, "connection.json"), JSON.stringify(connection));
    const stop = async () => {
      await stopPostmaster(files, postmasterPid, options.ephemeral ? "immediate" : "fast");
      guard.ref();
      guard.stdin?.end();
      if (guard.exitCode === null && guard.signalCode === null) await once(guard, "exit");
      fs.rmSync(path.join(dir, "connection.json"), { force: true });
      lock.release();
    };
    return { port, dir, dataDir, url: ownerUrl, adminUrl, stop: onlyOnce(stop) };
  } catch (error) {
    if (dataDir) await stopPostmaster(dataDir, findPostmaster(dataDir)?.pid ?? 0, "fast");
    lock.release();
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

/** initdb works beside the final place and is renamed when whole, so an interrupted one never looks like a database. */
async function prepareDataDir(dir: string, binaries: string, runAs: RunAs, ephemeral: boolean): Promise<string> {
  const data = path.join(dir, "data");
  if (fs.existsSync(data)) {
    const dataDir = fs.realpathSync(data);
    const version = fs.readFileSync(path.join(dataDir, "PG_VERSION"), "utf8").trim();
    if (version !== "18") throw new Error(`${dataDir} was written by PostgreSQL ${version}; this is PostgreSQL 18`);
    if (!fs.existsSync(path.join(dir, "passwords.json"))) throw new Error(`passwords.json is missing beside ${data}`);
    return dataDir;
  }
  const place = runAs && !isReachableByAll(dir) ? relocate() : dir;
  for (const name of fs.readdirSync(place)) {
    if (name.startsWith("initdb-")) fs.rmSync(path.join(place, name), { recursive: true, force: true });
  }
  const partial = fs.mkdtempSync(path.join(place, "initdb-"));
  const passwordFile = path.join(place, `${path.basename(partial)}.password`);
  const passwords = { admin: randomBytes(18).toString("base64url"), owner: randomBytes(18).toString("base64url") };
  writePrivate(path.join(dir, "passwords.json"), JSON.stringify(passwords));
  writePrivate(passwordFile, `${passwords.admin}\n`);
  if (runAs) for (const file of [partial, passwordFile]) fs.chownSync(file, runAs.uid, runAs.gid);
  const forLife = ephemeral ? ["--no-sync", "--wal-segsize=4"] : ["--data-checksums"];
  const locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const login = ["-U", "postgres", "--auth=scram-sha-256", "--pwfile", passwordFile];
  try {
    await runProgram(binaries, "initdb", ["-D", partial, ...login, ...locale, ...forLife], runAs);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  const dataDir = path.join(place, "data");
  fs.renameSync(partial, dataDir);
  if (place !== dir) fs.symlinkSync(dataDir, data);
  return fs.realpathSync(data);
}

function relocate(): string {
  fs.mkdirSync(path.join(rootHome, "clusters"), { recursive: true, mode: 0o755 });
  const place = fs.mkdtempSync(path.join(rootHome, "clusters", "pg-"));
  fs.chmodSync(place, 0o711);
  return place;
}

interface StartInput {
  dataDir: string;
  binaries: string;
  runAs: RunAs;
  options: ClusterOptions;
}

async function startServer({ dataDir, binaries, runAs, options }: StartInput): Promise<number> {
  const log = path.join(dataDir, "server.log");
  if (fs.existsSync(log) && fs.statSync(log).size > 16 * 2 ** 20) fs.renameSync(log, `${log}.old`);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
      ...quietLog,
      ...(options.ephemeral ? forgetful : durable),
      ...options.settings,
    };
    const flags = Object.entries(settings).map(([key, value]) => `-c ${key}='${value.replaceAll("'", "'\\''")}'`);
    const logStart = fs.existsSync(log) ? fs.statSync(log).size : 0;
    try {
      // 300 s: recovery of a large WAL after a crash happens before the server answers
      await runProgram(
        binaries,
        "pg_ctl",
        ["start", "-w", "-t", "300", "-D", dataDir, "-l", log, "-o", flags.join(" ")],
        runAs,
      );
      return port;
    } catch (error) {
      const reason = fs.existsSync(log) ? fs.readFileSync(log).subarray(logStart).toString().trim().slice(-2000) : "";
      const portTaken = reason.includes("Address already in use");
      if (portTaken && options.port === undefined && attempt < 5) continue; // someone took the port between asking and binding
      if (portTaken) throw new Error(`Port ${port} on 127.0.0.1 is taken; choose another`, { cause: error });
      throw new Error(`PostgreSQL did not start on ${dataDir}: ${reason || (error as Error).message}`, {
        cause: error,
      });
    }
  }
}

function startGuard(task: GuardTask): ChildProcess {
  const script = path.join(import.meta.dirname, "embedded-postgres-guard.ts");
  const guard = spawn(process.execPath, [script, JSON.stringify(task)], {
    detached: true,
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.on("error", () => {}); // without a guard the next start clears the orphan
  guard.unref();
  (guard.stdin as net.Socket | null)?.unref();
  return guard;
}

async function createOwner(adminUrl: string, password: string): Promise<void> {
  const admin = new pg.Client(adminUrl);
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

function readPasswords(dir: string): { admin: string; owner: string } {
  return JSON.parse(fs.readFileSync(path.join(dir, "passwords.json"), "utf8")) as { admin: string; owner: string };
}

function writePrivate(file: string, text: string): void {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, text, { mode: 0o600 });
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function onlyOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stop());
}
