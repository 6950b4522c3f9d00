import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import { assertPlace, placeOf } from "./key-subject.ts";
import { rootCheck, unwrapKey, wrapKey } from "./key-wrap.ts";
import { KeyDestroyed, KeyringUnusable, type DataKey, type Keyring, type KeyringOptions } from "./keyring.ts";
import { hasKeyringFile, openKeyringStore, type KeyKind, type KeyRow } from "./keyring-store.ts";
import { rewrapAll, rootKid, type Wrapper } from "./rewrap-keys.ts";

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
  const bySubject = new LRUCache<string, DataKey>({ max: 50_000, ...ttl });
  const byKid = new LRUCache<bigint, DataKey>({ max: 50_000, ...ttl });
  const kids = new LRUCache<string, bigint>({ max: 50_000, ...ttl });
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
    for (const cache of [bySubject, byKid, kids, wrappers, indexKeys]) cache.clear();
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
    return byKid.get(row.kid) ?? remember(row.kid, row.subject, unwrapKey(wrapperFor(row.wrappedBy), row));
  }

  function remember(kid: bigint, subject: string, plain: Buffer): DataKey {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(kid);
    const key = { kid, kidBytes: bytes.toString("latin1"), subject, key: createSecretKey(plain) };
    byKid.set(kid, key);
    kids.set(subject, kid);
    return key;
  }

  function addKey(subject: string, kind: KeyKind, wrapper: Wrapper): { kid: bigint; plain: Buffer } {
    const plain = randomBytes(32);
    const kid = randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn;
    const row = { kid, subject, kind, wrappedBy: wrapper.kid };
    store.addKey({ ...row, wrapped: wrapKey(wrapper.key, row, plain) }, clock.ms());
    return { kid, plain };
  }

  /** Inside a transaction: a data key for a subject that has none, with its workspace when that is new too. */
  function make(subject: string, parent: string | null, known: Map<string, Wrapper>): { kid: bigint; plain: Buffer } {
    store.addSubject(subject, parent);
    const wrapper = parent === null ? { kid: rootKid, key: root } : wrapperOf(parent, known);
    if (subject.startsWith("workspace:")) addKey(subject, "wrap", wrapper);
    if (subject.startsWith("workspace:") || subject === "installation") addKey(subject, "index", wrapper);
    return addKey(subject, "data", wrapper);
  }

  function wrapperOf(parent: string, known: Map<string, Wrapper>): Wrapper {
    const found = known.get(parent);
    if (found) return found;
    if (!store.keyOf(parent, "wrap")) make(parent, null, known);
    const row = store.keyOf(parent, "wrap");
    if (!row) throw new Error("keyring: a workspace has no wrapping key");
    const wrapper = { kid: row.kid, key: wrapperFor(row.kid) };
    known.set(parent, wrapper);
    return wrapper;
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
      const missing: string[] = [];
      const settle = (subject: string, key: DataKey) => {
        bySubject.set(subject, key);
        result.set(subject, key);
      };
      const settleKnown = (subject: string, parent: string | null, seen: Map<string, boolean>): boolean => {
        const place = placeOf(store, subject, parent, seen);
        if (place.isDestroyed) destroyed.push(subject);
        else if (place.key) settle(subject, load(place.key));
        return place.isDestroyed || place.key !== undefined;
      };
      const before = new Map<string, boolean>();
      for (const [subject, parent] of wanted) if (!settleKnown(subject, parent, before)) missing.push(subject);
      if (destroyed.length > 0) throw new KeyDestroyed(destroyed);
      if (missing.length === 0) return result;
      const made = store.transaction(() => {
        refresh();
        const keys = new Map<string, { kid: bigint; plain: Buffer }>();
        const known = new Map<string, Wrapper>();
        const seen = new Map<string, boolean>();
        for (const subject of missing) {
          // Again, now that no one else can write: another process may have been first.
          const parent = wanted.get(subject) ?? null;
          if (!settleKnown(subject, parent, seen)) keys.set(subject, make(subject, parent, known));
        }
        if (destroyed.length > 0) throw new KeyDestroyed(destroyed);
        return keys;
      });
      for (const [subject, { kid, plain }] of made) settle(subject, remember(kid, subject, plain));
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
      const place = placeOf(store, subject, null);
      if (place.isDestroyed) throw new KeyDestroyed([subject]);
      if (!place.key) return undefined;
      const key = load(place.key);
      bySubject.set(subject, key);
      return key;
    },

    destroy(subject) {
      const subjects = store.transaction(() => {
        nextEpoch();
        return [subject].flat().flatMap((one) => {
          const owner = store.subject(one)?.mergedInto ?? one;
          // Also without any key: a late write for this subject must not make one.
          store.addSubject(owner, null);
          return store.bury(owner, clock.ms());
        });
      });
      clearCaches();
      return { subjects, isScrubbed: store.truncateLog() };
    },

    parts: (prefix) => store.parts(prefix),

    scrub: () => store.truncateLog(),

    link(from, to) {
      store.transaction(() => {
        refresh();
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
        if (!store.keyOf(into, "data")) make(into, parent, new Map());
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
        refresh();
        const count = rewrapAll(store, {
          root,
          nextRoot,
          wrapperFor,
          addKey,
          keep: (kid, key) => wrappers.set(kid, key),
        });
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
      if (performance.now() - checkedAt > versionCheckMs) refresh();
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
      const kid = kids.get(subject);
      if (kid === undefined) byKid.clear();
      else byKid.delete(kid);
      bySubject.clear(); // subjects merged into it seal with the same key
    },

    copyTo: (file) => store.copyTo(file),
    fingerprint: () => fingerprint,
    close() {
      clearCaches();
      store.close();
    },
  };
  return ring;
}
