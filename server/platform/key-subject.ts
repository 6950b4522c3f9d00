import type { KeyringStore, KeyRow } from "./keyring-store.ts";

/** Contacts and channels hang from a workspace, everything else from the root. Returns the parent; throws a TypeError. */
export function assertPlace(subject: string, parent: string | null): string | null {
  const isRootLevel = /^(workspace:|person:|installation$)/.test(subject);
  const isPlaced = isRootLevel ? parent === null : parent?.startsWith("workspace:") === true;
  if (!isPlaced) throw new TypeError("contacts and channels hang from a workspace, everything else from the root");
  return parent;
}

/** Whether the subject, its whole or its parent was destroyed, and the key that seals for it. `parent` null: not known. */
export function placeOf(
  store: KeyringStore,
  subject: string,
  parent: string | null,
  seen = new Map<string, boolean>(),
): { isDestroyed: boolean; key?: KeyRow | undefined } {
  const slash = subject.indexOf("/");
  const isGone = (above: string) => {
    const known = seen.get(above);
    if (known !== undefined) return known;
    const found = store.subject(above)?.isDestroyed === true;
    seen.set(above, found);
    return found;
  };
  if (slash > 0 && isGone(subject.slice(0, slash))) return { isDestroyed: true };
  const known = store.place(subject);
  if (!known) return { isDestroyed: parent !== null && isGone(parent) };
  if (parent !== null && known.parent !== parent && !known.isDestroyed) {
    throw new TypeError("a subject cannot change its parent");
  }
  return known;
}
