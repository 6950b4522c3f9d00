import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "./clock.ts";
import { rootCheck, unwrapKey, wrapKey } from "./key-wrap.ts";
import { hasKeyringFile, openKeyringStore, type KeyKind, type KeyRow } from "./keyring-store.ts";

/** A key was destroyed: nothing may be sealed for its subject again, and what was sealed with it cannot be opened. */
export class KeyDestroyed extends Error {
  override name = "KeyDestroyed";
  /** The first destroyed subject; empty when only the key id is known. */
  readonly subject: string;
  /** Every destroyed subject of the call, so that a batch can drop them all and go on. */
  readonly subjects: readonly string[];
  constructor(subjects: readonly string[]) {
    super("the key of this subject was destroyed");
    this.subjects = subjects;
    this.subject = subjects[0] ?? "";
  }
}

/**
 * The keyring cannot serve: `missing` (the database expects one and there is no file), `mismatch` (it belongs to another
 * database), `wrong_root_key`, or `unknown_key` (sealed with a key this file never held: an older copy was put back).
 */
export class KeyringUnusable extends Error {
  override name = "KeyringUnusable";
  readonly reason: "missing" | "mismatch" | "wrong_root_key" | "unknown_key";
  constructor(reason: KeyringUnusable["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface DataKey {
  readonly kid: bigint;
  /** The kid as it stands in an envelope. */
  readonly kidBytes: Buffer;
  readonly subject: string;
  readonly key: KeyObject;
}

export interface KeyringOptions {
  /** A folder of its own, outside the database and its backups. */
  dir: string;
  rootKey: KeyObject;
  clock: Clock;
  /** The `fingerprint()` that the database remembers; absent on a first start only. */
  expect?: string | null | undefined;
}

/**
 * Keys of everything that is sealed. Subjects are `workspace:…`, `person:…` and `installation` under the root key, and
 * `contact:…`, `channel:…` under a workspace. A part of a subject has a key of its own and dies with the whole:
 * `channel:chn_1/2026-11-20`. Calls are synchronous; several processes of one machine may have the file open.
 */
export interface Keyring {
  /**
   * The current key of each subject, made where there is none: one durable transaction for all new ones. Missing workspaces
   * are made too. Throws KeyDestroyed (nothing was made then).
   */
  ensure(subjects: readonly { subject: string; parent: string | null }[]): Map<string, DataKey>;
  /** The key with this id, or undefined when it was destroyed. Throws KeyringUnusable for an id never seen. */
  find(kid: bigint | string): DataKey | undefined;
  /** The key for sealing, undefined when none was made yet. Throws KeyDestroyed. */
  current(subject: string): DataKey | undefined;
  /**
   * Deletes every key of the subject, of contacts merged into it and of its parts; of a workspace also those of all its
   * contacts and channels. Sealing for them throws from now on. `subjects` are to be told to other processes (`forget`);
   * `isScrubbed` is false when a reader kept the log from being cut: the bytes leave the disk with the next `scrub()`.
   */
  destroy(subject: string): { subjects: string[]; isScrubbed: boolean };
  scrub(): boolean;
  /** `from` was merged into `to`: it keeps its key for reading, seals with the key of `to`, and is destroyed with it. */
  link(from: string, to: string): void;
  /** Wraps every key anew, under a new root key when given. Data keys keep their ids and bytes. */
  rotate(newRootKey?: KeyObject): { rewrapped: number };
  /** A key derived from the workspace (or `installation`) for blind indexes; unchanged by `rotate`. Throws KeyDestroyed. */
  indexKey(workspaceId: string, purpose: string): KeyObject;
  /** Drops cached keys of a subject that another process destroyed. */
  forget(subject: string): void;
  /** Names this keyring; stays the same for its whole life and in its copies. */
  fingerprint(): string;
  close(): void;
}

const rootKid = 0n;
const cacheMs = 60_000;
const versionCheckMs = 100;

/** Opens or makes the keyring file `keyring.db` in `dir`. Throws KeyringUnusable. */
export function openKeyring(options: KeyringOptions): Keyring {
  const { dir, clock, expect } = options;
  if (expect && !hasKeyringFile(dir)) {
    throw new KeyringUnusable("missing", `the database belongs to a keyring, but ${dir} holds none: restore its copy`);
  }
  const store = openKeyringStore(dir);
  let root = options.rootKey;
  const ringId = store.transaction(() => {
    const known = store.meta("ring_id");
    if (known) return known;
    const fresh = randomBytes(16);
    store.setMeta("ring_id", fresh);
    store.setMeta("root_check", rootCheck(root));
    return fresh;
  });
  const fingerprint = ringId.toString("hex");
  try {
    assertRoot();
    if (expect && expect !== fingerprint) {
      throw new KeyringUnusable("mismatch", `the keyring in ${dir} belongs to another database`);
    }
  } catch (error) {
    store.close();
    throw error;
  }

  const ttl = { ttl: cacheMs, ttlResolution: 0, perf: { now: () => clock.ms() } };
  const bySubject = new LRUCache<string, DataKey>({ max: 20_000, ...ttl });
  const byKid = new LRUCache<bigint, DataKey>({ max: 20_000, ...ttl });
  const wrappers = new LRUCache<bigint, KeyObject>({ max: 2_000, ...ttl });
  const indexKeys = new LRUCache<string, KeyObject>({ max: 2_000, ...ttl });
  let version = store.dataVersion();
  let checkedAt = performance.now();
  let epoch = store.meta("epoch");

  function assertRoot(): void {
    if (!store.meta("root_check")?.equals(rootCheck(root))) {
      throw new KeyringUnusable("wrong_root_key", `the root key does not open the keyring in ${dir}`);
    }
  }

  function clearCaches(): void {
    for (const cache of [bySubject, byKid, wrappers, indexKeys]) cache.clear();
  }

  // A destruction or rotation by another process is seen here even if its message on the bus was lost.
  function refresh(): void {
    checkedAt = performance.now();
    const latest = store.dataVersion();
    if (latest === version) return;
    const latestEpoch = store.meta("epoch");
    if (latestEpoch?.toString("hex") !== epoch?.toString("hex")) {
      clearCaches();
      assertRoot(); // a new root key: every later call throws too, because the version is not noted
    }
    epoch = latestEpoch;
    version = latest;
  }

  function nextEpoch(): void {
    epoch = randomBytes(8);
    store.setMeta("epoch", epoch);
  }

  function wrapperFor(kid: bigint): KeyObject {
    if (kid === rootKid) return root;
    const cached = wrappers.get(kid);
    if (cached) return cached;
    const row = store.key(kid);
    if (!row) throw new Error("keyring: a wrapping key is gone");
    const key = createSecretKey(unwrapKey(root, row));
    wrappers.set(kid, key);
    return key;
  }

  function load(row: KeyRow): DataKey {
    const cached = byKid.get(row.kid);
    if (cached) return cached;
    const kidBytes = Buffer.alloc(8);
    kidBytes.writeBigInt64BE(row.kid);
    const key = createSecretKey(unwrapKey(wrapperFor(row.wrappedBy), row));
    const loaded = { kid: row.kid, kidBytes, subject: row.subject, key };
    byKid.set(row.kid, loaded);
    return loaded;
  }

  /** The subject whose key seals for this one, or undefined when it, its whole or its parent was destroyed. */
  function ownerOf(subject: string, parent: string | null): string | undefined {
    const row = store.subject(subject);
    if (row?.isDestroyed) return undefined;
    if (row && parent !== null && row.parent !== parent) throw new TypeError("a subject cannot change its parent");
    const above = row ? row.parent : parent;
    if (above !== null && store.subject(above)?.isDestroyed) return undefined;
    const slash = subject.indexOf("/");
    if (slash > 0 && store.subject(subject.slice(0, slash))?.isDestroyed) return undefined;
    return row?.mergedInto ?? subject;
  }

  function addKey(subject: string, kind: KeyKind, wrapper: { kid: bigint; key: KeyObject }): Buffer {
    const plain = randomBytes(32);
    const kid = randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn;
    const row = { kid, subject, kind, wrappedBy: wrapper.kid };
    store.addKey({ ...row, wrapped: wrapKey(wrapper.key, row, plain) }, clock.ms());
    return plain;
  }

  /** Inside a transaction: the row of the data key, made with its parent when needed. */
  function make(subject: string, parent: string | null): KeyRow {
    const known = store.keyOf(subject, "data");
    if (known) return known;
    store.addSubject(subject, parent);
    let wrapper = { kid: rootKid, key: root };
    if (parent !== null) {
      make(parent, null);
      const row = store.keyOf(parent, "wrap");
      if (!row) throw new Error("keyring: a workspace has no wrapping key");
      wrapper = { kid: row.kid, key: wrapperFor(row.kid) };
    }
    if (subject.startsWith("workspace:")) addKey(subject, "wrap", wrapper);
    if (subject.startsWith("workspace:") || subject === "installation") addKey(subject, "index", wrapper);
    addKey(subject, "data", wrapper);
    const made = store.keyOf(subject, "data");
    if (!made) throw new Error("keyring: a new key cannot be read");
    return made;
  }

  const ring: Keyring = {
    ensure(subjects) {
      refresh();
      const result = new Map<string, DataKey>();
      const destroyed: string[] = [];
      const wanted = new Map<string, string | null>();
      for (const { subject, parent } of subjects) {
        const cached = bySubject.get(subject);
        if (cached) result.set(subject, cached);
        else wanted.set(subject, assertPlace(subject, parent));
      }
      const missing = new Map<string, string | null>();
      const settle = (subject: string, row: KeyRow) => {
        const key = load(row);
        bySubject.set(subject, key);
        result.set(subject, key);
      };
      for (const [subject, parent] of wanted) {
        const owner = ownerOf(subject, parent);
        const row = owner === undefined ? undefined : store.keyOf(owner, "data");
        if (owner === undefined) destroyed.push(subject);
        else if (row) settle(subject, row);
        else missing.set(subject, parent);
      }
      if (destroyed.length > 0) throw new KeyDestroyed(destroyed);
      if (missing.size === 0) return result;
      const made = store.transaction(() => {
        refresh();
        const rows = new Map<string, KeyRow>();
        for (const [subject, parent] of missing) {
          const owner = ownerOf(subject, parent);
          if (owner === undefined) destroyed.push(subject);
          else rows.set(subject, make(owner, parent));
        }
        if (destroyed.length > 0) throw new KeyDestroyed(destroyed);
        return rows;
      });
      for (const [subject, row] of made) settle(subject, row);
      return result;
    },

    find(kidOrText) {
      if (performance.now() - checkedAt > versionCheckMs) refresh();
      const kid = BigInt(kidOrText);
      const cached = byKid.get(kid);
      if (cached) return cached;
      const row = store.key(kid);
      if (row?.kind === "data") return load(row);
      if (store.isDestroyedKey(kid)) return undefined;
      throw new KeyringUnusable("unknown_key", "sealed with a key that this keyring never held");
    },

    current(subject) {
      refresh();
      const cached = bySubject.get(subject);
      if (cached) return cached;
      const owner = ownerOf(subject, null);
      if (owner === undefined) throw new KeyDestroyed([subject]);
      const row = store.keyOf(owner, "data");
      if (!row) return undefined;
      const key = load(row);
      bySubject.set(subject, key);
      return key;
    },

    destroy(subject) {
      const subjects = store.transaction(() => {
        const owner = store.subject(subject)?.mergedInto ?? subject;
        // Also without any key: a late write for this subject must not make one.
        store.addSubject(owner, null);
        nextEpoch();
        return store.bury(owner, clock.ms());
      });
      clearCaches();
      return { subjects, isScrubbed: store.truncateLog() };
    },

    scrub: () => store.truncateLog(),

    link(from, to) {
      store.transaction(() => {
        const source = store.subject(from);
        const target = store.subject(to);
        const gone = [from, to].filter((_, i) => (i === 0 ? source : target)?.isDestroyed);
        if (gone.length > 0) throw new KeyDestroyed(gone);
        const parent = source?.parent ?? target?.parent;
        if (!parent || (source && target && source.parent !== target.parent)) {
          throw new TypeError("only subjects of one workspace can be linked, one of them with a key");
        }
        const into = target?.mergedInto ?? to;
        if ((source?.mergedInto ?? from) === into) return;
        make(into, parent);
        store.addSubject(from, parent);
        store.merge(source?.mergedInto ?? from, into);
        store.merge(from, into);
        nextEpoch();
      });
      clearCaches();
    },

    rotate(newRootKey) {
      const nextRoot = newRootKey ?? root;
      const rewrapped = store.transaction(() => {
        let count = 0;
        const move = (kid: bigint, to: { kid: bigint; key: KeyObject }) => {
          const row = store.key(kid);
          if (!row) return;
          store.rewrap(kid, to.kid, wrapKey(to.key, row, unwrapKey(wrapperFor(row.wrappedBy), row)));
          count += 1;
        };
        for (const old of store.wrapKeys()) {
          const children = store.kidsWrappedBy(old.kid);
          const oldKey = wrapperFor(old.kid);
          store.dropKey(old.kid);
          wrappers.set(old.kid, oldKey);
          const plain = addKey(old.subject, "wrap", { kid: rootKid, key: root });
          const fresh = store.keyOf(old.subject, "wrap");
          if (!fresh) throw new Error("keyring: a new wrapping key cannot be read");
          for (const kid of children) move(kid, { kid: fresh.kid, key: createSecretKey(plain) });
        }
        for (const kid of store.kidsWrappedBy(rootKid)) move(kid, { kid: rootKid, key: nextRoot });
        store.setMeta("root_check", rootCheck(nextRoot));
        nextEpoch();
        return count;
      });
      root = nextRoot;
      clearCaches();
      store.truncateLog();
      return { rewrapped };
    },

    indexKey(workspaceId, purpose) {
      refresh();
      const subject = workspaceId === "installation" ? "installation" : `workspace:${workspaceId}`;
      const name = `${subject}\0${purpose}`;
      const cached = indexKeys.get(name);
      if (cached) return cached;
      ring.ensure([{ subject, parent: null }]);
      const row = store.keyOf(subject, "index");
      if (!row) throw new KeyDestroyed([subject]);
      const base = unwrapKey(wrapperFor(row.wrappedBy), row);
      const key = createSecretKey(Buffer.from(hkdfSync("sha256", base, "", `keepword/index/${purpose}`, 32)));
      indexKeys.set(name, key);
      return key;
    },

    forget(subject) {
      if (!subject.startsWith("contact:") && !subject.startsWith("channel:")) return clearCaches();
      bySubject.delete(subject);
      for (const [kid, key] of byKid.entries()) if (key.subject === subject) byKid.delete(kid);
    },

    fingerprint: () => fingerprint,
    close() {
      clearCaches();
      store.close();
    },
  };
  return ring;
}

function assertPlace(subject: string, parent: string | null): string | null {
  const isRootLevel = /^(workspace:|person:|installation$)/.test(subject);
  const isPlaced = isRootLevel ? parent === null : parent?.startsWith("workspace:") === true;
  if (!isPlaced) throw new TypeError("contacts and channels hang from a workspace, everything else from the root");
  return parent;
}
