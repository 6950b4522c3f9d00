import { useSyncExternalStore } from "react";

/** As many as the server changes in one request. */
export const MAX_SELECTED = 100;

interface Selection {
  /** in the order of picking */
  ids: ReadonlySet<string>;
  /** the list is for picking, also while nothing is picked yet */
  isPicking: boolean;
}

/** In memory: a reload begins with none. */
let current: Selection = { ids: new Set(), isPicking: false };
const listeners = new Set<() => void>();

function publish(ids: ReadonlySet<string>, isPicking = ids.size > 0): void {
  current = { ids, isPicking };
  for (const listener of listeners) listener();
}

export const startPicking = (): void => publish(current.ids, true);
export const clearSelection = (): void => publish(new Set());
export const selectAll = (order: readonly string[]): void => publish(new Set(order.slice(0, MAX_SELECTED)));

export function toggleSelected(id: string): void {
  const next = new Set(current.ids);
  if (!next.delete(id) && next.size < MAX_SELECTED) next.add(id);
  publish(next);
}

/** Everything between the one picked last and this one, as the list stands. */
export function selectThrough(id: string, order: readonly string[]): void {
  const from = order.indexOf([...current.ids].at(-1) ?? id);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggleSelected(id);
  const between = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  const next = [...current.ids, ...(from <= to ? between : between.toReversed())];
  publish(new Set([...new Set(next)].slice(0, MAX_SELECTED)));
}

export function useSelection(): Selection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
