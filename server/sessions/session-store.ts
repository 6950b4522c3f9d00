// What a session keeps, sealed, in PostgreSQL: each write under the fence.
import type { App } from "../platform/context.ts";
import { hmac } from "../platform/crypto.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { open, seal, type Aad } from "../platform/seal.ts";
import type { SessionStore } from "../providers/provider.ts";
import type { Lease } from "./lease.ts";
import { writeStep } from "./write-steps.ts";

type StoreApp = Pick<App, "db" | "keyring" | "clock" | "log">;

/** Another process owns the session. */
export class FencedOut extends Error {
  override name = "FencedOut";
}

const READ_RETRY_MS = 250;
const DROP_LINGER_MS = 250;

/** The key that seals one pairing's credentials. Destroyed with them, so that no copy of the rows opens again. */
export const linkSubject = (channelId: string, generation: number): string => `channel:${channelId}/link-${generation}`;

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
      const keys = values.map(({ kind, id, value }) => {
        const index = indexOf(kind, id);
        return { kind, index, value: value === null ? null : seal(key, keyPlace(kind, index), Buffer.from(value)) };
      });
      const hash = journal && Buffer.from(journal.hash);
      const entry = journal && seal(key, entryPlace(journal.hash), Buffer.from(journal.entry));
      const write = writeStep(app, { lease, keys, ...(hash && entry ? { journal: { hash, entry } } : {}) });
      writing.add(write);
      const isOwner = await write.finally(() => writing.delete(write));
      if (!isOwner) throw new FencedOut("another process owns the session");
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
