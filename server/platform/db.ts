import type { Writable } from "node:stream";
import { drizzle, type NodePgDatabase } from "./drizzle.ts";
import pg from "pg";
import { withBinaryArrays } from "./db-arrays.ts";
import { DatabaseLost, isConnectionLoss, needsRetry } from "./db-errors.ts";
import { parserFor } from "./db-types.ts";

/** The unprivileged role of every product connection; created by migrate.ts, subject to row-level security. */
export const appRole = "keepword_app";

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  max: number;
  role?: string;
  applicationName?: string;
  /** A statement that runs longer is cancelled (SQLSTATE 57014); 0 = no limit. */
  statementTimeoutMs?: number;
  /** How long a call waits for a free or new connection before it fails as `DatabaseLost`; default 10,000. */
  connectTimeoutMs?: number;
  /** More settings of each connection, such as the planner's. */
  settings?: Readonly<Record<string, string>>;
  /** Errors that belong to no call: an idle connection lost, an afterCommit hook that threw. */
  onError?: (error: unknown) => void;
}

/**
 * For connections that only run batch statements: a few hundred given keys, each found by an index. Without figures about a young
 * table the planner reads all of it instead, and a prepared statement keeps that plan while the table grows (measured: 3,100 µs an
 * event instead of 40).
 */
export const indexLookupsOnly = {
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  plan_cache_mode: "force_generic_plan",
  // a plan that had to use a disabled node looks expensive enough to be compiled
  jit: "off",
} as const;

/** Rows outside these workspaces do not exist for the transaction. None = only installation-wide tables. */
export interface Scope {
  workspaceIds: readonly string[];
}

export interface Database extends AsyncDisposable {
  /**
   * Runs `fn` in one transaction and commits, or rolls back when it throws. Throws `DatabaseLost` when the connection goes away.
   * Does not retry: see `txRetry`.
   */
  tx<T>(scope: Scope, fn: (tx: Tx) => Promise<T>): Promise<T>;
  /** Connections as the app role, with no workspace set: workspace tables are empty here. */
  readonly pool: pg.Pool;
}

export interface Tx {
  query<R extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
  /** A statement prepared once per connection under `name`; one name, one text. */
  named<R extends object = Record<string, unknown>>(name: string, text: string, values?: unknown[]): Promise<R[]>;
  /** Drizzle on the same connection; names become snake_case. */
  readonly orm: NodePgDatabase;
  /**
   * Runs at the end of the transaction, inside it, in order of registration; the "last" ones after all others. A "last" one sends its
   * statements when it is called, not later: they travel with the commit.
   */
  beforeCommit(fn: () => Promise<void>, when?: "last"): void;
  /** Runs once the commit is durable. What it throws goes to `onError`: the transaction has happened. */
  afterCommit(fn: () => void): void;
}

/** Opens a pool and refuses a database it must not run on: older than 16, no role, or one that could see past row-level security. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const onError = options.onError ?? (() => {});
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    // without it, callers pile up behind a database that is busy or silent until memory ends
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    application_name: options.applicationName ?? "keepword",
    keepAlive: true,
    pipeline: true, // BEGIN travels with the first statement: 4,500 short transactions/s on one connection instead of 2,900
    types: { getTypeParser: parserFor },
    // in the start-up packet, so that it costs no round trip and RESET ROLE comes back here, not to the login
    options: startupSettings(options),
  });
  pool.on("error", onError);
  // a client without a listener throws out of the process; the statement under way reports the loss
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    await refuseUnsafe(pool, options.url);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    pool,
    tx: (scope, fn) => runTx(pool, scope, fn, onError),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

/** `db.tx`, again after a serialization failure or a deadlock (40001, 40P01): `fn` must have no effect outside the transaction. */
export async function txRetry<T>(db: Database, scope: Scope, fn: (tx: Tx) => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.tx(scope, fn);
    } catch (error) {
      if (attempt >= attempts || !needsRetry(error)) throw error;
      // spread out, so that the two that collided do not meet again
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/** One connection as the login itself, for migrations only. */
export async function ownerClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "keepword-migrate", keepAlive: true });
  client.on("error", () => {}); // the statement under way rejects; without a listener the process would end
  try {
    await client.connect();
  } catch (error) {
    throw isConnectionLoss(error) ? new DatabaseLost(error, false, `${client.host}:${client.port}`) : error;
  }
  return client;
}

/** PostgreSQL settings that every connection of the product starts with, the role first. */
export function startupSettings(options: DatabaseOptions): string {
  const settings = {
    role: options.role ?? appRole,
    statement_timeout: String(options.statementTimeoutMs ?? 0),
    // a transaction forgotten open would hold back vacuum and locks for ever
    idle_in_transaction_session_timeout: "60000",
    timezone: "UTC",
    "kw.workspaces": "{}",
    ...options.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

async function refuseUnsafe(pool: pg.Pool, url: string): Promise<void> {
  const check = `select current_user as role, rolsuper, rolbypassrls, current_setting('server_version_num')::int as version,
    current_setting('server_version') as version_text, getdatabaseencoding() as encoding
    from pg_roles where rolname = current_user`;
  let row: Record<string, unknown> | undefined;
  try {
    row = (await pool.query<Record<string, unknown>>(check)).rows[0];
  } catch (error) {
    if (isConnectionLoss(error)) {
      const { host, port } = new pg.Client(url); // reads the address as the pool does; connects nowhere
      throw new DatabaseLost(error, false, `${host}:${port}`);
    }
    const { code, message } = error as { code?: string; message: string };
    // 22023 role "…" does not exist; 42501 permission denied to set role
    if ((code === "22023" || code === "42501") && message.includes("role"))
      throw new Error(
        "The database is not migrated, or its login may not become keepword_app; run `keepword migrate`",
        {
          cause: error,
        },
      );
    throw error;
  }
  if (!row || Number(row["version"]) < 160_000)
    throw new Error(`PostgreSQL 16 or newer is needed; DATABASE_URL leads to ${String(row?.["version_text"])}`);
  if (row["rolsuper"] || row["rolbypassrls"])
    throw new Error(
      `Refusing to run as ${String(row["role"])}: a superuser or BYPASSRLS role sees past row-level security`,
    );
  if (row["encoding"] !== "UTF8")
    throw new Error(`The database's encoding is ${String(row["encoding"])}; UTF8 is needed`);
}

async function runTx<T>(
  pool: pg.Pool,
  scope: Scope,
  fn: (tx: Tx) => Promise<T>,
  onError: (error: unknown) => void,
): Promise<T> {
  const begin = `begin; set local kw.workspaces = '${workspaceArray(scope.workspaceIds)}'`;
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw isConnectionLoss(error) ? new DatabaseLost(error, false) : error;
  }
  let broken: Error | undefined;
  const onClientError = (error: Error) => (broken = error); // the pool listens to idle connections only
  client.on("error", onClientError);
  const before: (() => Promise<void>)[] = [];
  const last: (() => Promise<void>)[] = [];
  const after: (() => void)[] = [];
  let committing = false;
  try {
    // not awaited: it travels with the first statement. A connection that fails here fails that statement too
    sendTogether(client);
    const begun = client.query(begin);
    begun.catch(() => {});
    const result = await fn(makeTx(client, before, last, after));
    await begun;
    for (let hook = before.shift(); hook; hook = before.shift()) await hook();
    sendTogether(client);
    const hooked = last.map((hook) => hook());
    committing = true;
    const [{ command }] = await Promise.all([client.query("commit"), ...hooked]);
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and no error
    if (command !== "COMMIT")
      throw new Error("The transaction was rolled back: an error inside it was caught and ignored");
    committing = false;
    client.off("error", onClientError);
    client.release();
    runAfter(after, onError);
    return result;
  } catch (error) {
    const lost = broken ?? (isConnectionLoss(error) ? error : undefined);
    if (!lost) await client.query("rollback").catch((failure: Error) => (broken = failure));
    client.off("error", onClientError);
    client.release(lost || broken ? true : undefined);
    throw lost ? new DatabaseLost(lost, committing) : error;
  }
}

/**
 * Statements of one turn leave in one write: the driver flushes after each, and waking PostgreSQL costs more than sending (0.3 ms
 * each, a seventh of the server's CPU at 4,000 webhooks/s, measured).
 */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  // after everything that is ready to run now, so that statements a few promises away come along
  queueMicrotask(() => process.nextTick(() => stream.uncork()));
}

function makeTx(
  client: pg.PoolClient,
  before: (() => Promise<void>)[],
  last: (() => Promise<void>)[],
  after: (() => void)[],
): Tx {
  let orm: NodePgDatabase | undefined;
  return {
    query: async <R extends object>(text: string, values?: unknown[]) => {
      sendTogether(client);
      return (await client.query<R>(text, values)).rows;
    },
    named: async <R extends object>(name: string, text: string, values?: unknown[]) => {
      sendTogether(client);
      const sent = values ? { values: withBinaryArrays(name, text, values) } : {};
      return (await client.query<R>({ name, text, ...sent })).rows;
    },
    get orm() {
      return (orm ??= drizzle(client, { casing: "snake_case" }));
    },
    beforeCommit: (fn, when) => void (when === "last" ? last : before).push(fn),
    afterCommit: (fn) => void after.push(fn),
  };
}

function runAfter(hooks: (() => void)[], onError: (error: unknown) => void): void {
  for (const hook of hooks) {
    try {
      hook();
    } catch (error) {
      onError(error);
    }
  }
}

// goes into SQL text (a simple-protocol message takes no parameters), so nothing but id characters may pass
function workspaceArray(ids: readonly string[]): string {
  const bad = ids.find((id) => !/^[A-Za-z0-9_-]{1,64}$/.test(id));
  if (bad !== undefined) throw new Error("Not a workspace id");
  return `{${ids.join(",")}}`;
}
