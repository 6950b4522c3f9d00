// The ledger: what must stay forgotten, refused or held, also in a backup that is restored. An entry is durable in the database and in a
// file outside it before a key is destroyed.
import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { LEDGER_DAYS } from "./erasure-ledger.table.ts";
import { appendEntries, ledgerFile, readEntries, type LedgerEntry } from "./ledger-file.ts";

const DAY_MS = 86_400_000;

/** The database is older than the ledger's file: a backup was put back. Serving it would bring erased people back. */
export class DatabaseBehindLedger extends Error {
  override name = "DatabaseBehindLedger";
  readonly missing: number;
  constructor(missing: number) {
    super(
      `The database is a restored older state: ${missing} ${missing === 1 ? "entry of the ledger has" : "entries of the ledger have"} ` +
        "to be repeated in it first (what was erased, refused or held since); run: keepword restore --replay",
    );
    this.missing = missing;
  }
}

/**
 * Writes entries within `tx`, each in its workspace. The file is written last, right before the commit; when that fails (disk full)
 * the transaction does. The same `id` again is harmless, so derive it from the request: a retry after a crash must not
 * make a second one.
 */
export async function appendToLedger(app: Pick<App, "config">, tx: Tx, ...entries: LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await noteInDatabase(tx, entries);
  tx.beforeCommit(async () => appendEntries(ledgerFile(app.config.dataDir), entries));
}

/** For what must hold also when the file cannot be written: it follows the commit, or the next start writes it. */
export async function appendAfterCommit(
  app: Pick<App, "config">,
  tx: Tx,
  entries: readonly LedgerEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await noteInDatabase(tx, entries);
  tx.afterCommit(() => appendEntries(ledgerFile(app.config.dataDir), entries));
}

/** For entries that the file has already. */
export async function noteInDatabase(tx: Tx, entries: readonly LedgerEntry[]): Promise<void> {
  await tx.query(
    `insert into erasure_ledger (workspace_id, id, kind, subject_id, key_ids, request_id, at, detail)
     select "workspaceId", id, kind, "subjectId", array(select jsonb_array_elements_text("keyIds")), "requestId", at, detail
     from jsonb_to_recordset($1::jsonb) as x ("workspaceId" text, id text, kind text, "subjectId" text, "keyIds" jsonb, "requestId" text,
       at timestamptz, detail jsonb) on conflict do nothing`,
    [JSON.stringify(entries)],
  );
}

/** All entries of the installation, oldest first: what the file and the database hold together. */
export async function readLedger(app: Pick<App, "config" | "db">): Promise<LedgerEntry[]> {
  const { known, outside } = await readBoth(app);
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...outside.filter(({ id }) => !ids.has(id))].toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

/** Entries that only the file has: of after the backup that this database was restored from. */
export async function missingErasures(app: Pick<App, "config" | "db" | "clock">): Promise<LedgerEntry[]> {
  const { known, outside } = await readBoth(app);
  const ids = new Set(known.map(({ id }) => id));
  // the table has swept older ones
  const oldest = new Date(app.clock.ms() - LEDGER_DAYS * DAY_MS).toISOString();
  return outside.filter(({ id, at }) => !ids.has(id) && at >= oldest);
}

/** An erasure is in the file right before its commit: another process may be between the two. */
const COMMIT_MS = 500;

/**
 * At every start: throws DatabaseBehindLedger for a restored database. Entries that only the database has (its file was lost, or
 * the installation moved without it) are written to the file.
 */
export async function refuseStaleDatabase(app: Pick<App, "config" | "db" | "clock">): Promise<void> {
  if ((await missingErasures(app)).length > 0) {
    await sleep(COMMIT_MS);
    const missing = await missingErasures(app);
    if (missing.length > 0) throw new DatabaseBehindLedger(missing.length);
  }
  const { known, outside } = await readBoth(app);
  const inFile = new Set(outside.map(({ id }) => id));
  appendEntries(
    ledgerFile(app.config.dataDir),
    known.filter(({ id }) => !inFile.has(id)),
  );
}

type Detail = Record<string, string | null> | null;

async function readBoth(app: Pick<App, "config" | "db">): Promise<{ known: LedgerEntry[]; outside: LedgerEntry[] }> {
  // the file first: what another process commits and appends meanwhile is then in the database for certain
  const outside = readEntries(ledgerFile(app.config.dataDir));
  const known = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<Omit<LedgerEntry, "at" | "requestId" | "detail"> & { at: Date; requestId: string | null; detail: Detail }>(
      `select id, kind, workspace_id as "workspaceId", subject_id as "subjectId", key_ids as "keyIds", request_id as "requestId", at, detail
       from kw.read_erasure_ledger()`,
    ),
  );
  return {
    known: known.map(({ requestId, at, detail, ...row }) => ({
      ...row,
      at: at.toISOString(),
      ...(requestId === null ? {} : { requestId }),
      ...(detail === null ? {} : { detail }),
    })),
    outside,
  };
}

/**
 * Destroys the key of a workspace, and with it those of its contacts and channels. Nothing of it can be read or written again.
 * Throws when the ledger has no `workspace_closed` entry for it: a restored backup would bring it back.
 */
export function destroyWorkspaceKey(
  app: Pick<App, "config" | "keyring">,
  workspaceId: string,
): { isScrubbed: boolean } {
  const isRecorded = readEntries(ledgerFile(app.config.dataDir)).some(
    ({ kind, subjectId }) => kind === "workspace_closed" && subjectId === workspaceId,
  );
  if (!isRecorded) throw new Error("the ledger has no entry for the closing of this workspace");
  return { isScrubbed: app.keyring.destroy(`workspace:${workspaceId}`).isScrubbed };
}
