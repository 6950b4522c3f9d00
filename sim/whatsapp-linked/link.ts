import { deliverWaiting, endStream, notify } from "./deliver.ts";
import { greetDevice } from "./history.ts";
import { node } from "./node.ts";
import type { Connection, Device, SimState } from "./state.ts";
import { announce, unixSeconds } from "./state.ts";
import { lidJid, pnJid } from "./users.ts";

/** From here on the device is one of the account's, and the others are told. */
export function finishLink(state: SimState, device: Device): void {
  const { owner, number } = device;
  owner.devices.set(number, device);
  tellOthers(state, device, "add");
  announce(state, { kind: "device", phone: owner.phone });
}

function tellOthers(state: SimState, device: Device, change: "add" | "remove"): void {
  const { owner, number } = device;
  const content = [node(change, {}, [node("device", { jid: pnJid(owner, number), "key-index": String(number) })])];
  for (const other of owner.devices.values()) {
    if (other !== device) notify(state, other, { type: "devices", from: pnJid(owner) }, content);
  }
}

/** A known device signs in. A second line of the same device ends the first with `conflict`. */
export function signIn(state: SimState, connection: Connection, device: Device): void {
  const before = device.connection;
  device.connection = connection;
  connection.device = device;
  if (before) endStream(before, {}, [node("conflict", { type: "replaced" })]);
  const attrs = {
    lid: lidJid(device.owner, device.number),
    t: unixSeconds(state),
    creation: String(Math.floor(device.linkedAt / 1000)),
    location: "sim",
  };
  connection.send(node("success", attrs));
  announce(state, { kind: "device", phone: device.owner.phone });
}

/** `iq passive active`: the device wants what waits for it. A new one gets its history. */
export async function activate(state: SimState, connection: Connection, device: Device): Promise<void> {
  if (connection.isActive) return;
  deliverWaiting(state, connection, device);
  if (device.hasHistory) return;
  device.hasHistory = true;
  await greetDevice(state, device);
}

/** Ends the link for good, from either side. A device that is away learns it when it signs in. */
export function unlink(state: SimState, device: Device): void {
  const { owner, number, connection } = device;
  owner.devices.delete(number);
  tellOthers(state, device, "remove");
  if (connection) endStream(connection, { code: "401" }, [node("conflict", { type: "device_removed" })]);
  announce(state, { kind: "device", phone: owner.phone });
}
