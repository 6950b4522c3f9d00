import { deliver } from "./deliver.ts";
import { node } from "./node.ts";
import type { Device, ReceiptStatus, SimMessage, SimState, User } from "./state.ts";
import { announce, nowMs, unixSeconds } from "./state.ts";
import { findUser, jidAs } from "./users.ts";

const ranks: Record<ReceiptStatus, number> = { delivered: 1, read: 2, played: 3 };

/** `by` got, read or played a message: noted, and told to every device of its sender. */
export function giveReceipt(state: SimState, message: SimMessage, by: User, status: ReceiptStatus): void {
  const known = message.receipts.find((one) => one.by === by.phone);
  if (!known) message.receipts.push({ by: by.phone, status, at: nowMs(state) });
  else if (ranks[known.status] < ranks[status]) Object.assign(known, { status, at: nowMs(state) });
  const type = status === "delivered" ? {} : { type: status };
  for (const device of findUser(state, message.from)?.devices.values() ?? []) {
    const attrs = { id: message.id, t: unixSeconds(state), ...type, ...whoGot(state, message, by, device) };
    deliver(state, device, node("receipt", attrs));
  }
  announce(state, { kind: "message", message });
}

function whoGot(state: SimState, message: SimMessage, by: User, device: Device): Record<string, string> {
  const group = state.groups.get(message.to);
  if (group) return { from: group.jid, participant: jidAs(by, group.addressing) };
  if (message.fromDevice === device.number) return { from: message.addressedTo };
  return { from: jidAs(by, by.addressing) };
}
