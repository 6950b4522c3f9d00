// What can happen to a message. Payloads hold ids: bodies are rendered at each delivery, so erased content is never replayed.
import { z } from "zod";
import { event } from "../platform/event.ts";

const payload = z.object({
  messageId: z.string(),
  conversationId: z.string(),
  contactId: z.string(),
  channelId: z.string(),
});
export type MessageEventPayload = z.output<typeof payload>;

export const messageReceived = event({
  type: "message.received",
  doc: "Emitted when a person's message was stored.",
  payload,
});
export const messageImported = event({
  type: "message.imported",
  doc: "Emitted when a message came from a history, or from the business's own phone app. It notifies nobody.",
  payload,
});
export const messageQueued = event({
  type: "message.queued",
  doc: "Emitted when a message of ours was accepted for sending.",
  payload,
});
export const messageSent = event({
  type: "message.sent",
  doc: "Emitted when the provider took a message of ours.",
  payload,
});
export const messageDelivered = event({
  type: "message.delivered",
  doc: "Emitted when a message of ours reached the person's device.",
  payload,
});
export const messageRead = event({
  type: "message.read",
  doc: "Emitted when the person read a message of ours.",
  payload,
});
export const messagePlayed = event({
  type: "message.played",
  doc: "Emitted when the person played a voice message of ours.",
  payload,
});
export const messageFailed = event({
  type: "message.failed",
  doc: "Emitted when a message of ours will not arrive. Its `error` says why and what to do.",
  payload,
});
export const messageEdited = event({
  type: "message.edited",
  doc: "Emitted when the author changed a message.",
  payload,
});
export const messageDeleted = event({
  type: "message.deleted",
  doc: "Emitted when the author withdrew a message. Its content is destroyed.",
  payload,
});
export const messageReacted = event({
  type: "message.reacted",
  doc: "Emitted when someone put, changed or took back a reaction.",
  payload,
});

export const messageVoted = event({
  type: "message.voted",
  doc: "Emitted when someone voted in a poll, or took the vote back.",
  payload,
});

export const messageEvents = [
  ...[messageReceived, messageImported, messageQueued, messageSent, messageDelivered, messageRead, messagePlayed],
  ...[messageFailed, messageEdited, messageDeleted, messageReacted, messageVoted],
];
