import type { proto as Proto } from "baileys";
import { encodeWAMessage, proto, unpadRandomMax16 } from "baileys";
import { arrive, record } from "./arrive.ts";
import { isToldOutside, stanzaType } from "./contents.ts";
import { deliver } from "./deliver.ts";
import { takeFault } from "./faults.ts";
import type { Attrs, BinaryNode } from "./node.ts";
import { bytesOf, child, children, node, parseJid } from "./node.ts";
import { askAgain } from "./retry.ts";
import { encNode, warnAboutKeys } from "./send.ts";
import { decryptFrom, encryptFor, signalAddress } from "./signal.ts";
import type { Device, Group, SimMessage, SimState, User } from "./state.ts";
import { inOrder, unixSeconds } from "./state.ts";
import { findUser, jidAs, lidJid, pnJid } from "./users.ts";

function groupEnvelope(state: SimState, group: Group, author: User, number: number, id: string, type: string): Attrs {
  const alias =
    group.addressing === "pn"
      ? { participant_lid: lidJid(author) }
      : author.hidesNumber
        ? {}
        : { participant_pn: pnJid(author) };
  return {
    id,
    from: group.jid,
    participant: jidAs(author, group.addressing, number),
    t: unixSeconds(state),
    type,
    notify: author.name,
    addressing_mode: group.addressing,
    ...alias,
  };
}

export function membersOf(state: SimState, group: Group): User[] {
  return [...group.members.keys()].flatMap((phone) => findUser(state, phone) ?? []);
}

/** A phone writes to a group: once with its sender key, and that key for every device that does not hold it yet. */
export async function sayInGroup(
  state: SimState,
  from: User,
  group: Group,
  id: string,
  message: Proto.IMessage,
): Promise<SimMessage> {
  const role = group.members.get(from.phone);
  if (!role) throw new Error(`${from.phone} is not in the group ${group.subject}`);
  if (group.isAnnouncement && role === "member") throw new Error("only admins may write in this group");
  const sent = { id, from, fromDevice: 0, to: group.jid, addressedTo: group.jid, message };
  const noted = record(state, sent);
  const attrs = groupEnvelope(state, group, from, 0, id, stanzaType(message));
  const members = membersOf(state, group);
  const devices = members.flatMap((member) => [...member.devices.values()]);
  await inOrder(state, `${from.phone}>${group.jid}`, async () => {
    const { ciphertext, senderKeyDistributionMessage } = await from.party.repository.encryptGroupMessage({
      group: group.jid,
      meId: lidJid(from),
      data: encodeWAMessage(message),
    });
    const key = { groupId: group.jid, axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage };
    for (const device of devices) {
      const body = node("enc", { v: "2", type: "skmsg" }, garbled(state, device, ciphertext));
      const content = [...(await keyFor(state, from, group, device, key)), body];
      deliver(state, device, node("message", attrs, content), message);
    }
  });
  for (const member of members) if (member !== from) arrive(state, member, sent, "none");
  return noted;
}

function garbled(state: SimState, device: Device, ciphertext: Uint8Array): Uint8Array {
  if (!takeFault(state, ["undecryptable"], device.owner.phone)) return ciphertext;
  const bytes = Buffer.from(ciphertext);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
  return bytes;
}

async function keyFor(
  state: SimState,
  from: User,
  group: Group,
  device: Device,
  key: Proto.Message.ISenderKeyDistributionMessage,
): Promise<BinaryNode[]> {
  const holder = `${from.phone}>${signalAddress(device)}`;
  if (group.keyHolders.has(holder)) return [];
  group.keyHolders.add(holder);
  const message = { senderKeyDistributionMessage: key };
  return inOrder(state, `${from.phone}>${device.owner.phone}:${device.number}`, async () => {
    const encrypted = await encryptFor(from.party, device, message);
    warnAboutKeys(state, device);
    return [encNode(encrypted, message)];
  });
}

/** A device writes to a group. Its sender key comes encrypted for each device; the message itself is the same for all. */
export async function fromDeviceToGroup(
  state: SimState,
  device: Device,
  group: Group,
  stanza: BinaryNode,
): Promise<void> {
  const { id = "", participant, type = "text" } = stanza.attrs;
  if (!group.members.has(device.owner.phone)) return;
  const keys = children(child(stanza, "participants"), "to");
  const encs = children(stanza, "enc");
  const identity = children(stanza, "device-identity");
  const only = participant === undefined ? undefined : findUser(state, participant);
  for (const member of membersOf(state, group)) {
    if (only && member !== only) continue;
    const own = keyOf(state, keys, member, 0);
    await readGroupMessage(state, member, device, group, stanza, [...own, ...encs]);
    for (const other of member.devices.values()) {
      if (other === device || (participant !== undefined && parseJid(participant).device !== other.number)) continue;
      const attrs = groupEnvelope(state, group, device.owner, device.number, id, type);
      deliver(
        state,
        other,
        node("message", attrs, [...keyOf(state, keys, member, other.number), ...encs, ...identity]),
      );
    }
  }
}

function keyOf(state: SimState, keys: BinaryNode[], member: User, number: number): BinaryNode[] {
  const mine = keys.find(({ attrs }) => {
    const jid = attrs["jid"] ?? "";
    return findUser(state, jid) === member && parseJid(jid).device === number;
  });
  return children(mine, "enc");
}

async function readGroupMessage(
  state: SimState,
  by: User,
  device: Device,
  group: Group,
  stanza: BinaryNode,
  encs: BinaryNode[],
): Promise<void> {
  const { id = "" } = stanza.attrs;
  const left = state.retriesToAsk.get(by.phone) ?? 0;
  if (left > 0 && by !== device.owner) {
    state.retriesToAsk.set(by.phone, left - 1);
    return askAgain(state, by, device, id, group.jid);
  }
  try {
    for (const enc of encs) {
      const message = await openEnc(by, device, group, enc);
      const sent = {
        id,
        from: device.owner,
        fromDevice: device.number,
        to: group.jid,
        addressedTo: group.jid,
        message,
      };
      const { senderKeyDistributionMessage: _, messageContextInfo: __, ...content } = proto.Message.toObject(message);
      if (Object.keys(content).length === 0 || !isToldOutside(message, stanza)) continue;
      if (by === device.owner) record(state, sent);
      else arrive(state, by, sent, enc.attrs["type"] === "skmsg" ? "skmsg" : "pkmsg");
    }
  } catch {
    await askAgain(state, by, device, id, group.jid);
  }
}

async function openEnc(by: User, device: Device, group: Group, enc: BinaryNode): Promise<Proto.Message> {
  const { repository } = by.party;
  const authorJid = signalAddress(device);
  if (enc.attrs["type"] === "skmsg") {
    const msg = await repository.decryptGroupMessage({ group: group.jid, authorJid, msg: bytesOf(enc) });
    return proto.Message.decode(unpadRandomMax16(msg));
  }
  const plain = await decryptFrom(by.party, device, enc);
  const message = (plain.deviceSentMessage?.message as Proto.Message | undefined) ?? plain;
  if (message.senderKeyDistributionMessage) {
    await repository.processSenderKeyDistributionMessage({ authorJid, item: message.senderKeyDistributionMessage });
  }
  return message;
}
