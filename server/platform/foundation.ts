// What everything stands on, opened in order: database, keyring, blobs, bus, mail, the way out.
import path from "node:path";
import { createBlobStore, type BlobStore } from "./blob.ts";
import { localBlobDriver } from "./blob-local.ts";
import { s3BlobDriver } from "./blob-s3.ts";
import { openBus } from "./bus.ts";
import { systemClock, type Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Foundation } from "./context.ts";
import { openDatabase, type Database } from "./db.ts";
import { readConnectionFile, startCluster } from "./embedded-postgres.ts";
import type { Keyring } from "./keyring.ts";
import { openKeyring } from "./open-keyring.ts";
import { createLog, type Logger } from "./log.ts";
import { createOutbox, createSmtpMailer, type Mailer } from "./mail.ts";
import { migrate, type MigrateInput } from "./migrate.ts";
import { loadRootKey } from "./root-key.ts";
import { createSafeFetch, type SafeFetch } from "./safe-fetch.ts";

export interface FoundationOptions {
  clock?: Clock | undefined;
  log?: Logger | undefined;
  mail?: Mailer | undefined;
  /** A database that is migrated already. */
  readyDatabaseUrl?: string | undefined;
  /** Uses the embedded cluster of a running server when there is one, instead of refusing the folder as taken. */
  attach?: boolean | undefined;
  /** Names that the log withholds besides those that it knows. */
  unlogged?: ReadonlySet<string> | undefined;
  /** The egress allowlist: whether a host may be reached at all. */
  isHostAllowed?: ((host: string) => boolean) | undefined;
  /** Connections at most. */
  connections?: number | undefined;
}

// A request gives up long before; what runs longer only holds a connection that others wait for.
const statementTimeoutMs = 60_000;

export type Migration = Pick<MigrateInput, "dir" | "derived" | "jobs">;

/** Migrates without opening anything else. Returns the files applied. */
export async function migrateOnly(config: Config, migration: Migration): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  // awaited here: what the stack opened is closed when this returns
  return await migrate({ ...migration, url: await openServer(stack, config, true) });
}

/** Opens all parts onto `stack`, which closes them in the opposite order. `ownerUrl` is for migrations and the job queue. */
export async function openFoundation(
  stack: AsyncDisposableStack,
  config: Config,
  migration: Migration,
  options: FoundationOptions = {},
): Promise<{ foundation: Foundation; ownerUrl: string }> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? createLog({ level: config.logLevel, withheld: options.unlogged });
  let isClosing = false;
  // a connection that the database ends while everything closes is no failure
  const onError = (err: unknown) => isClosing || log.error({ err }, "background failure");
  const ownerUrl = options.readyDatabaseUrl ?? (await openServer(stack, config, options.attach ?? false));
  if (options.readyDatabaseUrl === undefined) await migrate({ ...migration, url: ownerUrl, at: clock.now() });
  const db = stack.use(
    await openDatabase({ url: ownerUrl, max: options.connections ?? 20, statementTimeoutMs, onError }),
  );
  const keyring = await openKeys(config, db, clock);
  stack.defer(() => keyring.close());
  const fetch = createSafeFetch({
    privateOrigins: [...config.providerOrigins, ...s3Origins(config)],
    isAllowed: options.isHostAllowed,
  });
  stack.defer(() => fetch.close());
  const blobs = openBlobs(stack, config, fetch);
  const bus = stack.use(await openBus({ url: ownerUrl, onError }));
  const mail = options.mail ?? openMail(config, clock);
  stack.defer(() => mail.close());
  stack.defer(() => void (isClosing = true));
  return { foundation: { config, log, clock, db, keyring, blobs, bus, fetch, mail }, ownerUrl };
}

async function openServer(stack: AsyncDisposableStack, config: Config, attach: boolean): Promise<string> {
  const given = config.databaseUrl?.reveal();
  if (given !== undefined) return given;
  const dir = path.resolve(config.dataDir, "postgres");
  const running = attach ? readConnectionFile(dir) : undefined;
  if (running) return running.url;
  const cluster = await startCluster({ dir });
  stack.defer(() => cluster.stop());
  return cluster.url();
}

/** The root key is made at the first start only when the operator named none: a named file that is missing is a mistake. */
async function openKeys(config: Config, db: Database, clock: Clock): Promise<Keyring> {
  const rootKey = loadRootKey({
    keyText: config.rootKey?.reveal(),
    keyFile: config.rootKeyFile ?? path.resolve(config.dataDir, "root.key"),
    createIfMissing: config.rootKeyFile === undefined,
  });
  return db.tx({ workspaceIds: [] }, async (tx) => {
    const [known] = await tx.query<{ value: string }>("select value from installation_value where name = 'keyring'");
    const dir = path.resolve(config.dataDir, "keyring");
    const keyring = openKeyring({ dir, rootKey, clock, expect: known?.value });
    if (!known) {
      await tx.query("insert into installation_value (name, value) values ('keyring', $1) on conflict do nothing", [
        keyring.fingerprint(),
      ]);
    }
    return keyring;
  });
}

function s3Origins(config: Config): string[] {
  return config.s3Endpoint === undefined ? [] : [config.s3Endpoint];
}

function openBlobs(stack: AsyncDisposableStack, config: Config, fetch: SafeFetch): BlobStore {
  const { s3Bucket, s3AccessKeyId, s3SecretAccessKey } = config;
  if (s3Bucket === undefined) return createBlobStore(localBlobDriver(path.resolve(config.dataDir, "blobs")));
  const driver = s3BlobDriver({
    bucket: s3Bucket,
    region: config.s3Region,
    endpoint: config.s3Endpoint,
    forcePathStyle: config.s3ForcePathStyle,
    agents: fetch.egressAgent,
    ...(s3AccessKeyId !== undefined && s3SecretAccessKey !== undefined
      ? { credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey.reveal() } }
      : {}),
  });
  stack.defer(() => driver.close());
  return createBlobStore(driver);
}

function openMail(config: Config, clock: Clock): Mailer {
  const url = config.smtpUrl?.reveal();
  if (url !== undefined) return createSmtpMailer({ url, from: config.mailFrom });
  return createOutbox({ clock, dir: path.resolve(config.dataDir, "outbox") });
}
