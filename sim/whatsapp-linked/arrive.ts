import type { proto } from "baileys";
import { describe } from "./contents.ts";
import { giveReceipt } from "./receipts.ts";
import type { Arrival, SimMessage, SimState, User } from "./state.ts";
import { announce, nowMs } from "./state.ts";

export interface Sent {
  id: string;
  from: User;
  fromDevice: number;
  to: string;
  addressedTo: string;
  message: proto.IMessage;
  at?: number;
}

/** Notes a message once, whoever tells of it first: the sender's phone, or the first recipient who could read it. */
export function record(state: SimState, sent: Sent): SimMessage {
  const known = state.messageById.get(sent.id);
  if (known) return known;
  const { type, text, replyTo, target } = describe(sent.message);
  const message: SimMessage = {
    id: sent.id,
    from: sent.from.phone,
    fromDevice: sent.fromDevice,
    to: sent.to,
    addressedTo: sent.addressedTo,
    at: sent.at ?? nowMs(state),
    type,
    text,
    message: sent.message,
    reactions: [],
    votes: [],
    isEdited: false,
    isRevoked: false,
    receipts: [],
  };
  if (replyTo !== undefined) message.replyTo = replyTo;
  state.messages.push(message);
  state.messageById.set(sent.id, message);
  if (target !== undefined) applyTo(state, state.messageById.get(target), message);
  announce(state, { kind: "message", message });
  return message;
}

// What the apps allow: https://faq.whatsapp.com/1158446058412364 and https://faq.whatsapp.com/1370476507114859 (2026-11-20)
const editWithinMs = 15 * 60_000;
const revokeWithinMs = 60 * 3_600_000;

/** A reaction, an edit or a deletion changes the message that it is about; only its author may edit or delete. */
function applyTo(state: SimState, target: SimMessage | undefined, { type, text, from, at, message }: SimMessage): void {
  if (!target) return;
  if (type === "reaction") {
    target.reactions = target.reactions.filter((one) => one.by !== from);
    if (text !== "") target.reactions.push({ by: from, emoji: text });
  }
  const age = at - target.at;
  if (type === "edit" && target.from === from && age <= editWithinMs) {
    const { editedMessage } = message.protocolMessage ?? {};
    Object.assign(target, { text, isEdited: true, ...(editedMessage ? { editedTo: editedMessage } : {}) });
  }
  const isAdmin = (state.groups.get(target.to)?.members.get(from) ?? "member") !== "member";
  if (type === "revoke" && (target.from === from || isAdmin) && age <= revokeWithinMs) target.isRevoked = true;
  announce(state, { kind: "message", message: target });
}

/** A phone could read what came. The phone shows it once; here every copy counts. */
export function arrive(state: SimState, by: User, sent: Sent, encryption: Arrival["encryption"]): void {
  const message = record(state, sent);
  const { type, text } = describe(sent.message);
  const { id, fromDevice } = sent;
  const from = sent.from.phone;
  state.arrivals.push({
    id,
    by: by.phone,
    from,
    fromDevice,
    type,
    text,
    encryption,
    at: nowMs(state),
    message: sent.message,
  });
  announce(state, { kind: "message", message });
  const receipts = state.options.receipts ?? "delivered";
  if (receipts !== "none") giveReceipt(state, message, by, "delivered");
  if (receipts === "read" && type !== "reaction") giveReceipt(state, message, by, "read");
}
