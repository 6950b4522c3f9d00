import type { proto } from "baileys";
import { stanzaType } from "./contents.ts";
import { arrive, record } from "./arrive.ts";
import { sayInGroup } from "./group-messages.ts";
import { envelope, ownEnvelope, sendToDevice } from "./send.ts";
import type { SimMessage, SimState, User } from "./state.ts";
import { newMessageId } from "./state.ts";
import { jidAs, pnJid, userOf } from "./users.ts";

export interface SayOptions {
  id?: string;
  addressing?: "pn" | "lid";
}

/**
 * A phone sends: to every linked device of the recipient and, as a copy, to every linked device of its own. Resolves when the server has
 * taken it; devices that are away get it when they return.
 */
export async function say(
  state: SimState,
  from: User,
  to: string,
  message: proto.IMessage,
  options: SayOptions = {},
): Promise<SimMessage> {
  const id = options.id ?? newMessageId(state);
  const group = state.groups.get(to);
  if (group) return sayInGroup(state, from, group, id, message);
  const recipient = userOf(state, to);
  const addressing = options.addressing ?? from.addressing;
  const origin = { from, fromDevice: 0, id, type: stanzaType(message), addressing };
  const sent = {
    from,
    fromDevice: 0,
    id,
    message,
    to: recipient.phone,
    addressedTo: jidAs(recipient, recipient.addressing),
  };
  const noted = record(state, sent);
  if (recipient.blocked.has(from.phone)) return noted;
  const attrs = envelope(state, origin);
  const copy = ownEnvelope(state, origin, recipient, recipient.addressing);
  const toMyself = { deviceSentMessage: { destinationJid: copy["recipient"] ?? pnJid(recipient), message } };
  await Promise.all([
    ...[...recipient.devices.values()].map((device) => sendToDevice(state, from, device, attrs, message)),
    ...[...from.devices.values()].map((device) => sendToDevice(state, from, device, copy, toMyself)),
  ]);
  if (recipient !== from) arrive(state, recipient, sent, "none");
  return noted;
}

/** What a phone tells its own linked devices alone: history, keys of the app state, answers. */
export async function tellDevice(
  state: SimState,
  owner: User,
  number: number,
  protocolMessage: proto.Message.IProtocolMessage,
): Promise<void> {
  const device = owner.devices.get(number);
  if (!device) return;
  const message = { protocolMessage };
  const attrs = envelope(state, {
    from: owner,
    fromDevice: 0,
    id: newMessageId(state),
    type: "text",
    addressing: "pn",
  });
  await sendToDevice(state, owner, device, { ...attrs, category: "peer" }, message);
}
