import type { proto } from "baileys";
import { describe } from "./contents.ts";
import { deliver, notify } from "./deliver.ts";
import { takeFault } from "./faults.ts";
import type { Attrs, BinaryNode } from "./node.ts";
import { node } from "./node.ts";
import type { Encrypted } from "./signal.ts";
import { encryptFor } from "./signal.ts";
import type { Device, SimState, User } from "./state.ts";
import { inOrder, unixSeconds } from "./state.ts";
import { jidAs, lidJid, pnJid } from "./users.ts";

/** A device should bring new one-time keys below this. */
const fewKeys = 5;

export interface Origin {
  from: User;
  fromDevice: number;
  id: string;
  /** `text`, `media`, `reaction`, `poll`. */
  type: string;
  addressing?: "pn" | "lid";
}

/** The envelope of a message between two people, as the recipient's devices see it. */
export function envelope(state: SimState, { from, fromDevice, id, type, addressing }: Origin): Attrs {
  const mode = from.hidesNumber ? "lid" : (addressing ?? from.addressing);
  const alias = mode === "pn" ? { sender_lid: lidJid(from) } : from.hidesNumber ? {} : { sender_pn: pnJid(from) };
  return {
    id,
    from: jidAs(from, mode, fromDevice),
    t: unixSeconds(state),
    type,
    notify: from.name,
    addressing_mode: mode,
    ...alias,
  };
}

/** The same message on its way to another device of its sender. */
export function ownEnvelope(state: SimState, origin: Origin, to: User, addressing: "pn" | "lid"): Attrs {
  const mode = to.hidesNumber ? "lid" : addressing;
  const alias =
    mode === "pn" ? { peer_recipient_lid: lidJid(to) } : to.hidesNumber ? {} : { peer_recipient_pn: pnJid(to) };
  return {
    id: origin.id,
    from: jidAs(origin.from, mode, origin.fromDevice),
    recipient: jidAs(to, mode),
    t: unixSeconds(state),
    type: origin.type,
    addressing_mode: mode,
    ...alias,
  };
}

/** A phone encrypts for one device and hands over to the server. */
export function sendToDevice(
  state: SimState,
  from: User,
  device: Device,
  attrs: Attrs,
  message: proto.IMessage,
): Promise<void> {
  return inOrder(state, `${from.phone}>${device.owner.phone}:${device.number}`, async () => {
    const encrypted = await encryptFor(from.party, device, message);
    if (takeFault(state, ["undecryptable"], device.owner.phone)) garble(encrypted);
    deliver(state, device, node("message", attrs, [encNode(encrypted, message)]), message);
    warnAboutKeys(state, device);
  });
}

export function encNode({ type, ciphertext }: Encrypted, message: proto.IMessage, more: Attrs = {}): BinaryNode {
  const { type: kind } = describe(message);
  const media = kind === "voice" ? "ptt" : kind;
  const isMedia = ["image", "video", "audio", "ptt", "document", "sticker"].includes(media);
  const attrs: Attrs = { v: "2", type, ...(isMedia ? { mediatype: media } : {}), ...more };
  if (kind === "reaction") attrs["decrypt-fail"] = "hide";
  return node("enc", attrs, ciphertext);
}

/** As a broken ratchet does: well formed, but its authentication code does not fit. */
function garble(encrypted: Encrypted): void {
  const bytes = Buffer.from(encrypted.ciphertext);
  const at = bytes.length - 1;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  encrypted.ciphertext = bytes;
}

export function warnAboutKeys(state: SimState, device: Device): void {
  if (device.preKeys.length >= fewKeys || device.wasToldKeysAreLow) return;
  device.wasToldKeysAreLow = true;
  const value = String(device.preKeys.length);
  notify(state, device, { type: "encrypt" }, [node("count", { value })]);
}
