import type { proto } from "baileys";
import { sendWithFaults } from "./faults.ts";
import type { BinaryNode } from "./node.ts";
import { FROM_SERVER, node } from "./node.ts";
import type { Connection, Device, SimState } from "./state.ts";
import { announce, newStanzaId, unixSeconds } from "./state.ts";

const keptStanzas = 500;

/** Queues a stanza for a device and sends it when the device is there. It stays until the device answers it. */
export function deliver(state: SimState, device: Device, stanza: BinaryNode, plaintext?: proto.IMessage): void {
  const again = device.pending.find((one) => isSame(one.stanza, stanza));
  if (again) again.stanza = stanza;
  else device.pending.push({ stanza, staleAcks: 0, ...(plaintext ? { plaintext } : {}) });
  if (stanza.tag === "message") remember(device, stanza);
  if (device.connection?.isActive) sendWithFaults(state, device, stanza);
}

function remember(device: Device, stanza: BinaryNode): void {
  device.sent.set(stanza.attrs["id"] ?? "", stanza);
  const [oldest] = device.sent.keys();
  if (device.sent.size > keptStanzas && oldest !== undefined) device.sent.delete(oldest);
}

/** Once more what the device has answered before, as after a lost acknowledgement. */
export function redeliver(state: SimState, device: Device, id: string): void {
  const stanza = device.sent.get(id);
  if (!stanza) throw new Error(`device ${device.number} of ${device.owner.phone} never got ${id}`);
  deliver(state, device, stanza);
}

function isSame(a: BinaryNode, b: BinaryNode): boolean {
  const keys = ["id", "from", "type", "participant"];
  return a.tag === b.tag && keys.every((key) => a.attrs[key] === b.attrs[key]);
}

export function notify(state: SimState, device: Device, attrs: Record<string, string>, content: BinaryNode[]): void {
  const base = { id: newStanzaId(state), t: unixSeconds(state), from: FROM_SERVER };
  deliver(state, device, node("notification", { ...base, ...attrs }, content));
}

/** The device became active: what waited comes first, marked as offline, then the word that this was all. */
export function deliverWaiting(state: SimState, connection: Connection, device: Device): void {
  connection.isActive = true;
  device.held = undefined;
  const count = (tag: string) => String(device.pending.filter((one) => one.stanza.tag === tag).length);
  const total = String(device.pending.length);
  const preview = {
    count: total,
    message: count("message"),
    notification: count("notification"),
    receipt: count("receipt"),
    appdata: "0",
  };
  connection.send(node("ib", { from: FROM_SERVER }, [node("offline_preview", preview)]));
  for (const { stanza } of device.pending) {
    sendWithFaults(state, device, { ...stanza, attrs: { ...stanza.attrs, offline: "0" } });
  }
  connection.send(node("ib", { from: FROM_SERVER }, [node("offline", { count: total })]));
  announce(state, { kind: "device", phone: device.owner.phone });
}

/** An acknowledgement or a receipt from the device: the stanza need not come again. */
export function settle(device: Device, tag: string, id: string, answer: BinaryNode): void {
  const at = device.pending.findIndex(({ stanza }) => {
    if (stanza.tag !== tag || stanza.attrs["id"] !== id) return false;
    if (tag === "message") return true;
    const { type, participant } = stanza.attrs;
    return type === answer.attrs["type"] && participant === answer.attrs["participant"];
  });
  const waiting = device.pending[at];
  if (!waiting) return;
  if (answer.attrs["error"] !== undefined && waiting.staleAcks > 0) waiting.staleAcks -= 1;
  else device.pending.splice(at, 1);
}

/** Ends a stream with a reason that the client must understand: `conflict`, `device_removed`, a code. */
export function endStream(connection: Connection, attrs: Record<string, string>, reason: BinaryNode[] = []): void {
  connection.send(node("stream:error", attrs, reason));
  connection.close();
}
