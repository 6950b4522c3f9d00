// The library's key store over ours. Values are kept as the library's JSON; the cache holds the committed bytes.
import { AsyncLocalStorage } from "node:async_hooks";
import { BufferJSON, initAuthCreds, proto } from "baileys";
import type { AuthenticationCreds, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from "baileys";
import { LRUCache } from "lru-cache";

import type { JournalEntry, KeptValue, SessionStore } from "../provider.ts";

const CREDS = "creds";
/** A warm conversation needs some 2 kB; 300 sessions in one process must stay far below its memory. */
const cacheBytes = 256 * 1024;
const none = new Uint8Array(0);

/** Set while a message is being opened: its journal entry is committed with the ratchet step, in the same transaction. */
export type Opening = { hash: Uint8Array; entry?: Uint8Array };
export const opening = new AsyncLocalStorage<Opening>();

export type KeyStore = SignalKeyStore & {
  readonly creds: AuthenticationCreds;
  /** The credentials changed; they are written with the next keys, or alone soon. */
  touchCreds(): void;
  /** Resolves when the credentials are stored. */
  saved(): Promise<void>;
};

const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value, BufferJSON.replacer));
const decode = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString("utf8"), BufferJSON.reviver);

/** `onLost` is told of a write that failed: what the library holds in memory is then worth nothing. */
export async function openKeyStore(
  store: SessionStore,
  isFresh: boolean,
  onLost: (error: unknown) => void,
): Promise<KeyStore> {
  const kept = isFresh ? undefined : (await store.get(CREDS, [CREDS])).get(CREDS);
  const creds = kept ? (decode(kept) as AuthenticationCreds) : initAuthCreds();
  const cache = new LRUCache<string, Uint8Array>({
    maxSize: cacheBytes,
    sizeCalculation: (value) => value.length + 64,
  });
  let version = 0;
  let isDirty = false;
  let saving: Promise<void> = Promise.resolve();

  async function commit(values: KeptValue[], journal?: JournalEntry): Promise<void> {
    // pre-key ids are counted in the credentials: they may run ahead of the keys, never behind
    if (isDirty) {
      isDirty = false;
      values.push({ kind: CREDS, id: CREDS, value: encode(creds) });
    }
    if (values.length === 0) return;
    version += 1;
    try {
      await store.commit(values, journal);
    } catch (error) {
      onLost(error);
      throw error;
    }
    version += 1;
    for (const { kind, id, value } of values) cache.set(`${kind}/${id}`, value ?? none);
  }

  async function read(kind: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const missing = ids.filter((id) => {
      const known = cache.get(`${kind}/${id}`);
      if (known && known.length > 0) found.set(id, known);
      return known === undefined;
    });
    if (missing.length === 0) return found;
    const before = version;
    const fetched = await store.get(kind, missing);
    for (const id of missing) {
      const value = fetched.get(id);
      if (value) found.set(id, value);
      // a write under way may be newer than what was read
      if (version === before) cache.set(`${kind}/${id}`, value ?? none);
    }
    return found;
  }

  return {
    creds,
    async get<T extends keyof SignalDataTypeMap>(kind: T, ids: string[]) {
      const out: Record<string, SignalDataTypeMap[T]> = {};
      for (const [id, bytes] of await read(kind, ids)) {
        const value = decode(bytes);
        const isKey = kind === "app-state-sync-key";
        out[id] = (
          isKey ? proto.Message.AppStateSyncKeyData.fromObject(value as object) : value
        ) as SignalDataTypeMap[T];
      }
      return out;
    },
    async set(data: SignalDataSet) {
      const values: KeptValue[] = [];
      for (const [kind, entries] of Object.entries(data))
        for (const [id, value] of Object.entries(entries ?? {}))
          values.push({ kind, id, value: value === null || value === undefined ? null : encode(value) });
      const { hash, entry } = opening.getStore() ?? {};
      await commit(values, hash && entry ? { hash, entry } : undefined);
    },
    touchCreds() {
      isDirty = true;
      saving = saving.then(() => commit([])).catch(() => undefined);
    },
    saved: () => saving,
  };
}
