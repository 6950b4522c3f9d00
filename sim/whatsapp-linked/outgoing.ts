import type { proto } from "baileys";
import type { Sent } from "./arrive.ts";
import { arrive, record } from "./arrive.ts";
import { isToldOutside } from "./contents.ts";
import { deliver } from "./deliver.ts";
import { isVouchedFor } from "./device-identity.ts";
import { takeFault } from "./faults.ts";
import { fromDeviceToGroup } from "./group-messages.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node, parseJid } from "./node.ts";
import { onPeerMessage } from "./peer.ts";
import { askAgain } from "./retry.ts";
import { envelope, ownEnvelope } from "./send.ts";
import { decryptFrom } from "./signal.ts";
import type { Arrival, Device, SimState, User } from "./state.ts";
import { announce, later, unixSeconds } from "./state.ts";
import { findUser } from "./users.ts";

/** A device sends a message: refused with a code, or acknowledged and brought to everybody whom the device encrypted it for. */
export async function onMessage(state: SimState, device: Device, stanza: BinaryNode): Promise<void> {
  const { id = "", to = "" } = stanza.attrs;
  const { phone } = device.owner;
  const fault = takeFault(state, ["nack", "swallow", "unacked", "slow_ack"], phone);
  if (fault?.kind === "swallow") return;
  const code = fault?.kind === "nack" ? fault.code : refusal(state, device, stanza);
  const ack = node("ack", {
    class: "message",
    id,
    from: to,
    t: unixSeconds(state),
    ...(code ? { error: String(code) } : {}),
  });
  const acknowledge = () => device.connection?.send(ack);
  if (fault?.kind === "slow_ack") later(state, fault.ms, acknowledge);
  else if (fault?.kind !== "unacked") acknowledge();
  if (code) {
    state.refusals.push({ phone, id, code });
    return announce(state, { kind: "stanza" });
  }
  const group = state.groups.get(to);
  if (group) return fromDeviceToGroup(state, device, group, stanza);
  if (stanza.attrs["category"] === "peer") return onPeerMessage(state, device, stanza);
  await toPeople(state, device, stanza);
}

/** 479: a first message without proof whose device this is. 463: somebody new, while the account may not start chats. */
function refusal(state: SimState, device: Device, stanza: BinaryNode): number | undefined {
  const encs = [
    ...children(stanza, "enc"),
    ...children(child(stanza, "participants")).flatMap((to) => children(to, "enc")),
  ];
  const isFirst = encs.some((enc) => enc.attrs["type"] === "pkmsg");
  const isPeer = stanza.attrs["category"] === "peer";
  const identity = bytesOf(child(stanza, "device-identity"));
  if (isFirst && !isPeer && !isKnownIdentity(device, identity)) return 479;
  const { owner } = device;
  if (!owner.timelock.isActive && !owner.chatCap) return undefined;
  const to = findUser(state, stanza.attrs["to"] ?? "");
  if (!to || to === owner || state.messages.some((one) => isBetween(one, owner.phone, to.phone))) return undefined;
  if (owner.timelock.isActive || !owner.chatCap) return 463;
  if (owner.chatCap.used >= owner.chatCap.total) return 463;
  owner.chatCap.used += 1;
  return undefined;
}

function isKnownIdentity(device: Device, identity: Buffer): boolean {
  return identity.equals(device.account) || (identity.length > 0 && isVouchedFor(device.owner, device, identity));
}

function isBetween(message: { from: string; to: string }, a: string, b: string): boolean {
  return (message.from === a && message.to === b) || (message.from === b && message.to === a);
}

async function toPeople(state: SimState, device: Device, stanza: BinaryNode): Promise<void> {
  const { id = "", to = "", recipient, type = "text" } = stanza.attrs;
  const chat = findUser(state, recipient ?? to);
  if (!chat) return;
  const addressing = to.endsWith("@lid") ? ("lid" as const) : ("pn" as const);
  const origin = { from: device.owner, fromDevice: device.number, id, type, addressing };
  const direct = children(stanza, "enc").map((enc) => ({ jid: to, enc }));
  const all = children(child(stanza, "participants"), "to").map((one) => ({
    jid: one.attrs["jid"] ?? "",
    enc: child(one, "enc"),
  }));
  const identity = children(stanza, "device-identity");
  for (const { jid, enc } of [...all, ...direct]) {
    const target = findUser(state, jid);
    const { device: number } = parseJid(jid);
    if (!target || !enc) continue;
    if (number === 0) await toPhone(state, target, device, enc, { stanza, id, chat, addressedTo: to });
    const companion = target.devices.get(number);
    const attrs = target === device.owner ? ownEnvelope(state, origin, chat, addressing) : envelope(state, origin);
    if (companion && companion !== device) deliver(state, companion, node("message", attrs, [enc, ...identity]));
  }
}

/** A phone reads what was encrypted for it. Its own device's messages it keeps, others' it also acknowledges. */
async function toPhone(
  state: SimState,
  by: User,
  device: Device,
  enc: BinaryNode,
  { stanza, id, chat, addressedTo }: { stanza: BinaryNode; id: string; chat: User; addressedTo: string },
): Promise<void> {
  const message = await readBy(state, by, device, enc, id, addressedTo);
  if (!message || chat.blocked.has(device.owner.phone)) return;
  const inner = message.deviceSentMessage?.message ?? message;
  if (!isToldOutside(inner, stanza)) return announce(state, { kind: "stanza" });
  const sent: Sent = { id, from: device.owner, fromDevice: device.number, to: chat.phone, addressedTo, message: inner };
  if (by === device.owner) record(state, sent);
  else arrive(state, by, sent, (enc.attrs["type"] ?? "msg") as Arrival["encryption"]);
}

/** Nothing when the phone cannot read it, or shall not this time: then the device is asked to send it again. */
export async function readBy(
  state: SimState,
  by: User,
  device: Device,
  enc: BinaryNode,
  id: string,
  chat: string,
): Promise<proto.Message | undefined> {
  const left = state.retriesToAsk.get(by.phone) ?? 0;
  if (left > 0 && by !== device.owner) state.retriesToAsk.set(by.phone, left - 1);
  else {
    try {
      return await decryptFrom(by.party, device, enc);
    } catch {
      // asked again below, as a phone does
    }
  }
  await askAgain(state, by, device, id, chat);
  return undefined;
}
