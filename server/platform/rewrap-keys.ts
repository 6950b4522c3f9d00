import { createSecretKey, type KeyObject } from "node:crypto";
import { unwrapKey, wrapKey } from "./key-wrap.ts";
import type { KeyKind, KeyringStore } from "./keyring-store.ts";

/** A key that closes others. */
export interface Wrapper {
  kid: bigint;
  key: KeyObject;
}

/** The root key's id in `wrapped_by`; it stands in no row. */
export const rootKid = 0n;

interface Rewrapping {
  root: KeyObject;
  nextRoot: KeyObject;
  wrapperFor: (kid: bigint) => KeyObject;
  addKey: (subject: string, kind: KeyKind, wrapper: Wrapper) => { kid: bigint; plain: Buffer };
  /** An old wrapping key is needed once more after its row is gone. */
  keep: (kid: bigint, key: KeyObject) => void;
}

/** Inside a transaction: new wrapping keys for all workspaces, and every key closed anew. Returns how many. Throws rather than lose one. */
export function rewrapAll(store: KeyringStore, { root, nextRoot, wrapperFor, addKey, keep }: Rewrapping): number {
  let count = 0;
  const move = (kid: bigint, to: Wrapper): void => {
    const row = store.key(kid);
    if (!row) return;
    store.rewrap(kid, to.kid, wrapKey(to.key, row, unwrapKey(wrapperFor(row.wrappedBy), row)));
    count += 1;
  };
  for (const old of store.wrapKeys()) {
    const children = store.kidsOfParent(old.subject, old.kid);
    const oldKey = wrapperFor(old.kid);
    store.dropKey(old.kid);
    keep(old.kid, oldKey);
    const fresh = addKey(old.subject, "wrap", { kid: rootKid, key: root });
    const wrapper = { kid: fresh.kid, key: createSecretKey(fresh.plain) };
    for (const kid of children) move(kid, wrapper);
  }
  for (const kid of store.kidsOfRoot()) move(kid, { kid: rootKid, key: nextRoot });
  if (store.hasLostKeys()) throw new Error("keyring: a key would be lost; nothing was rotated");
  return count;
}
