import { useSyncExternalStore } from "react";
import { whenErased } from "../../../stream-events.ts";

export interface Draft {
  mode: "reply" | "note" | "template";
  reply: string;
  note: string;
  replyTo: string | null;
  /** Changes when something wants the composer to take the focus. */
  focusAt: number;
}

const empty: Draft = { mode: "reply", reply: "", note: "", replyTo: null, focusAt: 0 };
/** In memory only: what a person writes to a customer never reaches browser storage. */
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

export function draftOf(conversationId: string): Draft {
  return drafts.get(conversationId) ?? empty;
}

export function setDraft(conversationId: string, change: Partial<Draft>): void {
  drafts.set(conversationId, { ...draftOf(conversationId), ...change });
  for (const listener of listeners) listener();
}

whenErased((conversationIds) => {
  for (const id of conversationIds) drafts.delete(id);
  for (const listener of listeners) listener();
});

export function useDraft(conversationId: string): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => draftOf(conversationId),
  );
}
