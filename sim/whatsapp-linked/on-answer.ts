import { settle } from "./deliver.ts";
import { reupload } from "./media-retry.ts";
import type { BinaryNode } from "./node.ts";
import { child, children, node } from "./node.ts";
import { giveReceipt } from "./receipts.ts";
import { resend } from "./retry.ts";
import type { Device, SimState } from "./state.ts";
import { announce } from "./state.ts";

/** What a device says about messages that it got. */
export async function onReceipt(state: SimState, device: Device, receipt: BinaryNode): Promise<void> {
  const { id = "", type, to = "" } = receipt.attrs;
  const answer = { class: "receipt", id, from: to };
  device.connection?.send(node("ack", type === undefined ? answer : { ...answer, type }));
  const ids = [id, ...children(child(receipt, "list"), "item").map((item) => item.attrs["id"] ?? "")];
  for (const one of ids) {
    if (type === "retry") await resend(state, device, one, receipt);
    else if (type === "server-error") reupload(state, device, one, receipt);
    else if (type !== "read" && type !== "read-self" && type !== "played") settle(device, "message", one, receipt);
    const message = state.messageById.get(one);
    const status = type === undefined || type === "inactive" ? "delivered" : type;
    if (!message || message.from === device.owner.phone) continue;
    if (status === "delivered" || status === "read" || status === "played") {
      giveReceipt(state, message, device.owner, status);
    }
  }
  note(state, device, receipt);
}

/** The device has, or refuses, a stanza. */
export function onAck(state: SimState, device: Device, ack: BinaryNode): void {
  settle(device, ack.attrs["class"] ?? "", ack.attrs["id"] ?? "", ack);
  note(state, device, ack);
}

function note(state: SimState, device: Device, stanza: BinaryNode): void {
  state.answers.push({ phone: device.owner.phone, device: device.number, stanza });
  announce(state, { kind: "stanza" });
}
