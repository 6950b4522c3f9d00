// The sockets of this process, by channel: `send` finds here what `open` made.
import type { OutboundMessage, OutboundSignal } from "../outbound-message.ts";
import type { MediaRef } from "../message-content.ts";
import type { MediaQuestion, SendReceipt } from "../provider.ts";

export type LiveSocket = {
  send(message: OutboundMessage, signal: AbortSignal): Promise<SendReceipt>;
  sendSignal(what: OutboundSignal, signal: AbortSignal): Promise<void>;
  askForMedia(question: MediaQuestion, signal: AbortSignal): Promise<MediaRef>;
};

const sockets = new Map<string, LiveSocket>();

export const liveSocket = (channelId: string): LiveSocket | undefined => sockets.get(channelId);

/** Returns what takes it off the list again; a newer socket of the channel stays. */
export function putLive(channelId: string, socket: LiveSocket): () => void {
  sockets.set(channelId, socket);
  return () => {
    if (sockets.get(channelId) === socket) sockets.delete(channelId);
  };
}
