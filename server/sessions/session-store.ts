// What a session keeps, sealed, in PostgreSQL: each call one statement in one transaction, each write under the fence.
import type { App } from "../platform/context.ts";
import { hmac } from "../platform/crypto.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { open, seal, type Aad } from "../platform/seal.ts";
import type { KeptValue, SessionStore } from "../providers/provider.ts";
import type { Lease } from "./lease.ts";

type StoreApp = Pick<App, "db" | "keyring" | "clock" | "log">;

/** Another process owns the session. */
export class FencedOut extends Error {
  override name = "FencedOut";
}

const READ_RETRY_MS = 250;
const DROP_LINGER_MS = 250;

/** The key that seals one pairing's credentials. Destroyed with them, so that no copy of the rows opens again. */
export const linkSubject = (channelId: string, generation: number): string => `channel:${channelId}/link-${generation}`;

// `for share` meets the take-over of the lease: either this write is first, or it sees a fence that is not its own and writes nothing.
const COMMIT = `with mine as (select 1 from session_lease where workspace_id = $1 and channel_id = $2 and owner = $3 and fence = $4 for share),
  put as (insert into session_key (workspace_id, channel_id, kind, key_index, value)
    select $1, $2, x.kind, x.idx, x.value from unnest($5::text[], $6::bytea[], $7::bytea[]) as x (kind, idx, value), mine
    on conflict (workspace_id, channel_id, kind, key_index) do update set value = excluded.value),
  gone as (delete from session_key k using unnest($8::text[], $9::bytea[]) as x (kind, idx), mine
    where k.workspace_id = $1 and k.channel_id = $2 and k.kind = x.kind and k.key_index = x.idx),
  noted as (insert into decrypt_journal (workspace_id, channel_id, hash, entry, created_at)
    select $1, $2, $10::bytea, $11::bytea, $12::timestamptz from mine where $10::bytea is not null on conflict do nothing)
  select count(*)::int as n from mine`;

export interface OpenStore extends SessionStore {
  /** Waits for what is being written, and takes nothing more. */
  close(): Promise<void>;
}

export function createSessionStore(app: StoreApp, lease: Lease, generation: number): OpenStore {
  const { workspaceId, channelId } = lease;
  const scope = { workspaceIds: [workspaceId] };
  const subject = linkSubject(channelId, generation);
  const key = app.keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
  if (!key) throw new KeyDestroyed([subject]);
  const indexKey = app.keyring.indexKey(workspaceId, "session_key");
  const indexOf = (kind: string, id: string): Buffer => hmac(indexKey, `${channelId}\0${kind}\0${id}`).subarray(0, 16);
  const place = (table: string, column: string, row: string): Aad => ({ table, column, row, workspace: workspaceId });
  const keyPlace = (kind: string, index: Buffer): Aad =>
    place("session_key", "value", `${channelId}/${kind}/${index.toString("hex")}`);
  const entryPlace = (hash: Uint8Array): Aad =>
    place("decrypt_journal", "entry", `${channelId}/${Buffer.from(hash).toString("hex")}`);

  const closed = new AbortController();
  let dropping: Uint8Array[] = [];
  let dropTimer: NodeJS.Timeout | undefined;
  let dropped: Promise<void> = Promise.resolve();
  const writing = new Set<Promise<unknown>>();

  /** A read that fails must not look like "nothing there": it waits for the database, or for the end of the session. */
  async function read<T>(run: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (closed.signal.aborted) throw error;
        app.log.warn({ err: error, channelId }, "a session's keys could not be read yet");
        await new Promise((resolve) => setTimeout(resolve, READ_RETRY_MS));
      }
    }
  }

  async function flushDrops(): Promise<void> {
    clearTimeout(dropTimer);
    dropTimer = undefined;
    const hashes = dropping;
    dropping = [];
    if (hashes.length === 0) return;
    await app.db.tx(scope, (tx) =>
      tx.named(
        "session.drop_entries",
        `delete from decrypt_journal j where workspace_id = $1 and channel_id = $2 and hash = any ($3::bytea[])
         and exists (select 1 from session_lease l where l.workspace_id = $1 and l.channel_id = $2 and l.owner = $4 and l.fence = $5)`,
        [workspaceId, channelId, hashes, lease.owner, lease.fence],
      ),
    );
  }

  return {
    async get(kind, ids) {
      const byIndex = new Map(ids.map((id) => [indexOf(kind, id).toString("hex"), id]));
      const rows = await read(() =>
        app.db.tx(scope, (tx) =>
          tx.named<{ key_index: Buffer; value: Buffer }>(
            "session.keys",
            `select key_index, value from session_key
             where workspace_id = $1 and channel_id = $2 and kind = $3 and key_index = any ($4::bytea[])`,
            [workspaceId, channelId, kind, [...byIndex.keys()].map((hex) => Buffer.from(hex, "hex"))],
          ),
        ),
      );
      return new Map(
        rows.flatMap(({ key_index: index, value }) => {
          const id = byIndex.get(index.toString("hex"));
          return id === undefined ? [] : [[id, open(app.keyring, keyPlace(kind, index), value)]];
        }),
      );
    },
    async commit(values, journal) {
      // the library's late writes must not outlive a logout that destroys the rows
      if (closed.signal.aborted) throw new FencedOut("the session is over");
      const put = values.filter((item): item is KeptValue & { value: Uint8Array } => item.value !== null);
      const gone = values.filter((item) => item.value === null);
      const indexes = put.map(({ kind, id }) => indexOf(kind, id));
      const sealed = put.map(({ kind, value }, at) =>
        seal(key, keyPlace(kind, indexes[at] ?? Buffer.alloc(0)), Buffer.from(value)),
      );
      const write = app.db.tx(scope, (tx) =>
        tx.named<{ n: number }>("session.commit", COMMIT, [
          ...[workspaceId, channelId, lease.owner, lease.fence],
          ...[put.map((item) => item.kind), indexes, sealed],
          ...[gone.map((item) => item.kind), gone.map(({ kind, id }) => indexOf(kind, id))],
          journal ? Buffer.from(journal.hash) : null,
          journal ? seal(key, entryPlace(journal.hash), Buffer.from(journal.entry)) : null,
          app.clock.now(),
        ]),
      );
      writing.add(write);
      const [row] = await write.finally(() => writing.delete(write));
      if (row?.n !== 1) throw new FencedOut("another process owns the session");
    },
    async findEntry(hash) {
      const [row] = await read(() =>
        app.db.tx(scope, (tx) =>
          tx.named<{ entry: Buffer }>(
            "session.find_entry",
            "select entry from decrypt_journal where workspace_id = $1 and channel_id = $2 and hash = $3",
            [workspaceId, channelId, Buffer.from(hash)],
          ),
        ),
      );
      return row ? open(app.keyring, entryPlace(hash), row.entry) : null;
    },
    async leftEntries() {
      const rows = await read(() =>
        app.db.tx(scope, (tx) =>
          tx.named<{ hash: Buffer; entry: Buffer }>(
            "session.left_entries",
            "select hash, entry from decrypt_journal where workspace_id = $1 and channel_id = $2 order by created_at, hash",
            [workspaceId, channelId],
          ),
        ),
      );
      return rows.map(({ hash, entry }) => ({ hash, entry: open(app.keyring, entryPlace(hash), entry) }));
    },
    dropEntries(hashes) {
      dropping.push(...hashes);
      dropTimer ??= setTimeout(() => {
        // what is not dropped is told again after the next start, and found to be stored
        dropped = dropped
          .then(flushDrops)
          .catch((error: unknown) => app.log.warn({ err: error, channelId }, "journal"));
      }, DROP_LINGER_MS);
    },
    async close() {
      closed.abort();
      clearTimeout(dropTimer);
      await Promise.allSettled(writing);
      await dropped.then(flushDrops).catch(() => undefined);
    },
  };
}
