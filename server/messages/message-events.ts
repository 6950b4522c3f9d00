import { z } from "zod";
import { event } from "../platform/event.ts";

const ids = z.object({ messageId: z.string(), conversationId: z.string(), contactId: z.string() });

const messageEvent = <const T extends string>(type: T, when: string) =>
  event({ type, doc: `Emitted when ${when}.`, payload: ids });

export const messageReceived = messageEvent("message.received", "a person's message was stored");
export const messageQueued = messageEvent("message.queued", "a message was accepted for sending");
export const messageSent = messageEvent(
  "message.sent",
  "the provider accepted a message of ours, or it was sent from the phone app",
);
export const messageDelivered = messageEvent("message.delivered", "a message of ours reached the person's device");
export const messageRead = messageEvent("message.read", "a message of ours was read");
export const messagePlayed = messageEvent("message.played", "a voice message of ours was played");
export const messageFailed = messageEvent(
  "message.failed",
  "a message of ours will not arrive; `error` says why and what to do",
);
export const messageEdited = messageEvent("message.edited", "the author changed a message");
export const messageDeleted = messageEvent(
  "message.deleted",
  "the author withdrew a message; its content was destroyed",
);
export const messageReacted = messageEvent(
  "message.reacted",
  "someone put a reaction on a message, changed it or took it back",
);

export const messageEvents = [
  messageReceived,
  messageQueued,
  messageSent,
  messageDelivered,
  messageRead,
  messagePlayed,
  messageFailed,
  messageEdited,
  messageDeleted,
  messageReacted,
] as const;
