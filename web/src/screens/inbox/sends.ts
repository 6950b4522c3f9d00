import { useSyncExternalStore } from "react";
import { api, ApiError, type Message, type NewMessage } from "../../api.ts";
import { settleSend } from "../../cache.ts";
import { waitForSends, whenErased } from "../../stream-events.ts";

/** A message of ours that the server has not accepted yet. The key is also the idempotency key, so a retry sends once. */
export interface PendingSend {
  key: string;
  conversationId: string;
  body: NewMessage;
  at: string;
  state: "sending" | "failed";
  /** What the server said; null when it said nothing. */
  problem: { code: string; message: string } | null;
  /** A picture to show while the real one is on its way. */
  previewUrl?: string;
}

let sends: readonly PendingSend[] = [];
const listeners = new Set<() => void>();
const byConversation = new Map<string, PendingSend[]>();
const none: PendingSend[] = [];
/** The last request of each conversation: the next one waits for it, so that order is kept. */
const chains = new Map<string, Promise<void>>();

function publish(next: readonly PendingSend[]): void {
  sends = next;
  byConversation.clear();
  for (const send of sends) {
    const list = byConversation.get(send.conversationId);
    if (list) list.push(send);
    else byConversation.set(send.conversationId, [send]);
  }
  for (const listener of listeners) listener();
}

const change = (key: string, part: Partial<PendingSend>): void =>
  publish(sends.map((send) => (send.key === key ? { ...send, ...part } : send)));

export function useSends(conversationId: string): readonly PendingSend[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => byConversation.get(conversationId) ?? none,
  );
}

async function attempt(key: string): Promise<void> {
  const send = sends.find((one) => one.key === key);
  if (!send) return;
  try {
    const message: Message = await api.send(send.body, key);
    settleSend(message);
    discardSend(key);
  } catch (error) {
    const problem = error instanceof ApiError && error.status > 0 ? { code: error.code, message: error.message } : null;
    change(key, { state: "failed", problem });
  }
}

function enqueue(send: PendingSend): void {
  const before = chains.get(send.conversationId) ?? Promise.resolve();
  const mine = before.then(() => attempt(send.key));
  chains.set(send.conversationId, mine);
  void mine.then(() => chains.get(send.conversationId) === mine && chains.delete(send.conversationId));
}

/** Shows the message at once and sends it after those before it. */
export function sendMessage(body: NewMessage, previewUrl?: string): void {
  const send: PendingSend = {
    key: crypto.randomUUID(),
    conversationId: body.conversationId,
    body,
    at: new Date().toISOString(),
    state: "sending",
    problem: null,
    ...(previewUrl ? { previewUrl } : {}),
  };
  publish([...sends, send]);
  enqueue(send);
}

export function retrySend(key: string): void {
  const send = sends.find((one) => one.key === key && one.state === "failed");
  if (!send) return;
  change(key, { state: "sending", problem: null });
  enqueue(send);
}

export function discardSend(key: string): void {
  const send = sends.find((one) => one.key === key);
  if (send?.previewUrl) URL.revokeObjectURL(send.previewUrl);
  publish(sends.filter((one) => one.key !== key));
}

waitForSends((conversationId) => chains.get(conversationId) ?? Promise.resolve());
whenErased((conversationIds) => publish(sends.filter((send) => !conversationIds.includes(send.conversationId))));

/** crypto.randomUUID needs a secure context; over plain http on a local network this stands in. */
if (typeof crypto.randomUUID !== "function") {
  crypto.randomUUID = () => {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}
