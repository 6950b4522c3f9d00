import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export type KeyKind = "data" | "wrap" | "index";

export interface KeyRow {
  kid: bigint;
  subject: string;
  parent: string | null;
  kind: KeyKind;
  /** Kid of the wrap key that closes this row; 0 for the root key. */
  wrappedBy: bigint;
  wrapped: Buffer;
}

export interface SubjectRow {
  parent: string | null;
  mergedInto: string | null;
  isDestroyed: boolean;
}

export type KeyringStore = ReturnType<typeof openKeyringStore>;

const schema = `
  create table if not exists meta (name text primary key, value blob not null) strict, without rowid;
  create table if not exists subject (
    subject text primary key, parent text, merged_into text, destroyed_at integer
  ) strict, without rowid;
  create index if not exists subject_parent on subject (parent) where parent is not null;
  create index if not exists subject_merged on subject (merged_into) where merged_into is not null;
  create index if not exists subject_part on subject (subject) where destroyed_at is null and instr(subject, '/') > 0;
  create table if not exists key (
    kid integer primary key, subject text not null, kind text not null, wrapped_by integer not null,
    wrapped blob not null, created_at integer not null, unique (subject, kind)
  ) strict;
  create table if not exists destroyed_key (kid integer primary key) strict;
`;

export function keyringFile(dir: string): string {
  return join(dir, "keyring.db");
}

export function hasKeyringFile(dir: string): boolean {
  return existsSync(keyringFile(dir));
}

/** Rows and transactions of the keyring file; knows nothing of what the wrapped bytes mean. */
export function openKeyringStore(dir: string) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Made here because SQLite would use the umask; its -wal and -shm files inherit the mode.
  closeSync(openSync(keyringFile(dir), "a", 0o600));
  const db = new DatabaseSync(keyringFile(dir));
  // secure_delete zeroes freed cells; together with the truncated log after a destruction no old key bytes stay in the file.
  db.exec(
    "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;",
  );
  db.exec(schema);

  const prepare = (sql: string) => {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const keyColumns =
    "k.kid, k.subject, s.parent, k.kind, k.wrapped_by, k.wrapped from key k left join subject s using (subject)";
  const sql = {
    dataVersion: prepare("pragma data_version"),
    meta: prepare("select value from meta where name = ?"),
    setMeta: prepare("insert into meta values (?, ?) on conflict do update set value = excluded.value"),
    subject: prepare("select parent, merged_into, destroyed_at from subject where subject = ?"),
    // One look-up for the usual case: who seals for this subject, and with which key.
    place: prepare(
      "select s.parent as place, s.destroyed_at, p.destroyed_at as parent_destroyed_at, " +
        "k.kid, k.subject, o.parent, k.kind, k.wrapped_by, k.wrapped from subject s " +
        "left join subject p on p.subject = s.parent left join subject o on o.subject = coalesce(s.merged_into, s.subject) " +
        "left join key k on k.subject = o.subject and k.kind = 'data' where s.subject = ?",
    ),
    addSubject: prepare("insert into subject (subject, parent) values (?, ?) on conflict do nothing"),
    merge: prepare("update subject set merged_into = ?1 where subject = ?2 or merged_into = ?2"),
    keyBySubject: prepare(`select ${keyColumns} where k.subject = ? and k.kind = ?`),
    keyByKid: prepare(`select ${keyColumns} where k.kid = ?`),
    // By the parent's index; the root has no children of its own in it, so its keys are found by one scan.
    kidsOfParent: prepare(
      "select kid from subject s join key k using (subject) where s.parent = ? and k.wrapped_by = ?",
    ),
    kidsOfRoot: prepare("select kid from key where wrapped_by = 0"),
    lostKeys: prepare(
      "select 1 from key where wrapped_by <> 0 and wrapped_by not in (select kid from key where kind = 'wrap')",
    ),
    wrapKeys: prepare(`select ${keyColumns} where k.kind = 'wrap'`),
    addKey: prepare("insert into key (kid, subject, kind, wrapped_by, wrapped, created_at) values (?, ?, ?, ?, ?, ?)"),
    rewrap: prepare("update key set wrapped_by = ?, wrapped = ? where kid = ?"),
    dropKey: prepare("delete from key where kid = ?"),
    isDestroyedKey: prepare("select 1 from destroyed_key where kid = ?"),
    // '0' is the letter after '/': the range holds every part of the subject ("channel:chn_1/2026-11-20").
    doomed: prepare(
      "select subject from subject where subject = ?1 or merged_into = ?1 or parent = ?1 " +
        "or (subject >= ?1 || '/' and subject < ?1 || '0')",
    ),
    // the text of the index's condition, or SQLite does not use it
    parts: prepare(
      "select subject from subject where destroyed_at is null and instr(subject, '/') > 0 " +
        "and subject >= ?1 and subject < ?1 || char(0x10ffff) order by subject",
    ),
    buryKeys: prepare("insert into destroyed_key select kid from key where subject = ? on conflict do nothing"),
    dropKeys: prepare("delete from key where subject = ?"),
    bury: prepare("update subject set destroyed_at = coalesce(destroyed_at, ?) where subject = ?"),
    checkpoint: prepare("pragma wal_checkpoint(truncate)"),
  };

  return {
    /** Changes when another connection wrote to the file. */
    dataVersion: () => sql.dataVersion.get()?.["data_version"],
    meta: (name: string): Buffer | undefined => {
      const row = sql.meta.get(name);
      return row ? bytes(row["value"]) : undefined;
    },
    setMeta: (name: string, value: Uint8Array) => void sql.setMeta.run(name, value),
    subject: (subject: string): SubjectRow | undefined => {
      const row = sql.subject.get(subject);
      if (!row) return undefined;
      return {
        parent: textOrNull(row["parent"]),
        mergedInto: textOrNull(row["merged_into"]),
        isDestroyed: row["destroyed_at"] !== null,
      };
    },
    place: (subject: string) => {
      const row = sql.place.get(subject);
      if (!row) return undefined;
      const isDestroyed = row["destroyed_at"] !== null || row["parent_destroyed_at"] !== null;
      return { parent: textOrNull(row["place"]), isDestroyed, key: row["kid"] === null ? undefined : keyRow(row) };
    },
    addSubject: (subject: string, parent: string | null) => void sql.addSubject.run(subject, parent),
    merge: (from: string, into: string) => void sql.merge.run(into, from),
    keyOf: (subject: string, kind: KeyKind) => keyRow(sql.keyBySubject.get(subject, kind)),
    key: (kid: bigint) => keyRow(sql.keyByKid.get(kid)),
    kidsOfParent: (parent: string, wrappedBy: bigint) =>
      sql.kidsOfParent.all(parent, wrappedBy).map((row) => big(row["kid"])),
    kidsOfRoot: () => sql.kidsOfRoot.all().map((row) => big(row["kid"])),
    /** Keys whose wrapping key does not exist: they could never be opened. */
    hasLostKeys: () => sql.lostKeys.get() !== undefined,
    wrapKeys: () => sql.wrapKeys.all().flatMap((row) => keyRow(row) ?? []),
    addKey: (row: Omit<KeyRow, "parent">, atMs: number) =>
      void sql.addKey.run(row.kid, row.subject, row.kind, row.wrappedBy, row.wrapped, atMs),
    rewrap: (kid: bigint, wrappedBy: bigint, wrapped: Buffer) => void sql.rewrap.run(wrappedBy, wrapped, kid),
    dropKey: (kid: bigint) => void sql.dropKey.run(kid),
    isDestroyedKey: (kid: bigint) => sql.isDestroyedKey.get(kid) !== undefined,
    /** Deletes the keys of a subject, of what was merged into it, of its parts and (for a workspace) of its children. */
    bury: (subject: string, atMs: number): string[] => {
      const subjects = sql.doomed.all(subject).map((row) => String(row["subject"]));
      for (const each of subjects) {
        sql.buryKeys.run(each);
        sql.dropKeys.run(each);
        sql.bury.run(atMs, each);
      }
      return subjects;
    },
    parts: (prefix: string): string[] => sql.parts.all(prefix).map((row) => String(row["subject"])),
    /** Moves the log into the file and cuts it to nothing; false when another process was reading for 10 s. */
    truncateLog: () => sql.checkpoint.get()?.["busy"] === 0n,
    transaction: <T>(work: () => T): T => {
      db.exec("begin immediate");
      try {
        const result = work();
        db.exec("commit");
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec("rollback");
        throw error;
      }
    },
    /** Replaces `file` by a copy; there is always a whole one under that name. */
    copyTo: (file: string) => {
      const draft = `${file}.draft`;
      rmSync(draft, { force: true });
      // Made first for its mode: `vacuum into` fills an empty file.
      closeSync(openSync(draft, "wx", 0o600));
      db.prepare("vacuum into ?").run(draft);
      const handle = openSync(draft, "r+");
      fsyncSync(handle);
      closeSync(handle);
      renameSync(draft, file);
    },
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

type Row = Record<string, unknown>;

function keyRow(row: Row | undefined): KeyRow | undefined {
  if (!row) return undefined;
  return {
    kid: big(row["kid"]),
    subject: String(row["subject"]),
    parent: textOrNull(row["parent"]),
    kind: row["kind"] as KeyKind,
    wrappedBy: big(row["wrapped_by"]),
    wrapped: bytes(row["wrapped"]),
  };
}

function bytes(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) throw new TypeError("the keyring file holds something else than bytes");
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function big(value: unknown): bigint {
  if (typeof value !== "bigint") throw new TypeError("the keyring file holds something else than a key id");
  return value;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
