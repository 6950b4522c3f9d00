import type { proto } from "baileys";
import { deliver } from "./deliver.ts";
import type { BinaryNode } from "./node.ts";
import { child, children, node } from "./node.ts";
import { encNode, warnAboutKeys } from "./send.ts";
import { encryptFor, keyBundle, openSession, openSessionFrom } from "./signal.ts";
import type { Device, Group, SimState, User } from "./state.ts";
import { inOrder, unixSeconds } from "./state.ts";
import { findUser, jidAs, lidJid } from "./users.ts";

/** A device could not decrypt: the phone that wrote encrypts again in a new session; a linked device is asked the same. */
export async function resend(state: SimState, device: Device, id: string, receipt: BinaryNode): Promise<void> {
  const pending = device.pending.find(({ stanza }) => stanza.tag === "message" && stanza.attrs["id"] === id);
  if (!pending) return;
  const author = findUser(state, pending.stanza.attrs["participant"] ?? pending.stanza.attrs["from"] ?? "");
  if (!author) return;
  if (!pending.plaintext) return forward(state, device, author, id, receipt);
  const { plaintext } = pending;
  await inOrder(state, `${author.phone}>${device.owner.phone}:${device.number}`, async () => {
    if (!(await openSessionFrom(author.party, device, receipt))) await openSession(author.party, device, true);
    const group = state.groups.get(pending.stanza.attrs["from"] ?? "");
    const message = group ? await withSenderKey(author, group, plaintext) : plaintext;
    const encrypted = await encryptFor(author.party, device, message);
    const count = child(receipt, "retry")?.attrs["count"] ?? "1";
    const { offline: _, ...attrs } = pending.stanza.attrs;
    // the device still refuses the first form, after the new one was sent
    pending.staleAcks += 1;
    deliver(state, device, node("message", attrs, [encNode(encrypted, plaintext, { count })]));
    warnAboutKeys(state, device);
  });
}

/** A key alone would not do: the group's message itself goes again, for this device only. */
async function withSenderKey(author: User, group: Group, message: proto.IMessage): Promise<proto.IMessage> {
  const meId = lidJid(author);
  const key = await author.party.repository.getSenderKeyDistributionMessage({ group: group.jid, meId });
  return {
    ...message,
    senderKeyDistributionMessage: { groupId: group.jid, axolotlSenderKeyDistributionMessage: key },
  };
}

function forward(state: SimState, device: Device, author: User, id: string, receipt: BinaryNode): void {
  const message = state.messageById.get(id);
  const origin = author.devices.get(message?.fromDevice ?? 0);
  if (!message || !origin) return;
  const group = state.groups.get(message.to);
  const mode = group?.addressing ?? (message.addressedTo.endsWith("@lid") ? "lid" : "pn");
  const who = jidAs(device.owner, mode, device.number);
  const from = group ? { from: group.jid, participant: who } : { from: who };
  deliver(state, origin, node("receipt", { id, type: "retry", t: unixSeconds(state), ...from }, children(receipt)));
}

/** A phone could not read what a device sent, and says so. From the second time on it brings its own keys. */
export async function askAgain(state: SimState, by: User, device: Device, id: string, to: string): Promise<void> {
  const key = `${by.phone}/${id}`;
  const count = (state.retryCounts.get(key) ?? 0) + 1;
  state.retryCounts.set(key, count);
  if (count > 5) return;
  const t = unixSeconds(state);
  const group = state.groups.get(to);
  const from = group ? { from: group.jid, participant: jidAs(by, group.addressing) } : { from: to };
  const [registration, ...keys] = await keyBundle(by.party);
  const content = [node("retry", { count: String(count), id, t, v: "1", error: "0" })];
  if (registration) content.push(registration);
  if (count > 1) content.push(node("keys", {}, keys));
  deliver(state, device, node("receipt", { id, type: "retry", t, ...from }, content));
}
