import type { BinaryNode } from "./node.ts";
import type { Device, SimState } from "./state.ts";
import { later } from "./state.ts";

/**
 * What goes wrong with the next stanzas. On their way to a device: `drop` (comes after a reconnect), `delay`, `duplicate`, `reorder`
 * (goes after the next one). What a device sends: `nack` (refused with `code`), `swallow` (neither taken nor acknowledged), `unacked`
 * (taken, never acknowledged), `slow_ack`. `undecryptable`: what a person says is garbled the first time.
 */
export type FaultKind =
  | "drop"
  | "delay"
  | "duplicate"
  | "reorder"
  | "nack"
  | "swallow"
  | "unacked"
  | "slow_ack"
  | "undecryptable";

export interface Fault {
  kind: FaultKind;
  /** How many stanzas. Default 1. */
  times: number;
  /** Only this account's. */
  phone?: string;
  /** Only stanzas of this tag. Default `message`. */
  tag: string;
  /** For `delay` and `slow_ack`. */
  ms: number;
  /** For `nack`: 463 restricted, 479 malformed, or any other. */
  code: number;
}

export function addFault(state: SimState, { kind, phone, ...rest }: Partial<Fault> & { kind: FaultKind }): void {
  const fault: Fault = { kind, times: 1, tag: "message", ms: 50, code: 463, ...rest };
  if (phone !== undefined) fault.phone = phone.replaceAll(/\D/g, "");
  state.faults.push(fault);
}

/** The oldest fault of one of these kinds that concerns this account; used up once. */
export function takeFault(
  state: SimState,
  kinds: readonly FaultKind[],
  phone: string,
  tag = "message",
): Fault | undefined {
  const fault = state.faults.find(
    (one) => kinds.includes(one.kind) && one.tag === tag && (one.phone ?? phone) === phone,
  );
  if (!fault) return undefined;
  fault.times -= 1;
  if (fault.times <= 0) state.faults.splice(state.faults.indexOf(fault), 1);
  return fault;
}

/** Sends to the device's line, with what the faults make of it. */
export function sendWithFaults(state: SimState, device: Device, stanza: BinaryNode): void {
  const send = (one: BinaryNode) => device.connection?.send(one);
  const fault = takeFault(state, ["drop", "delay", "duplicate", "reorder"], device.owner.phone, stanza.tag);
  if (fault?.kind === "drop") return;
  if (fault?.kind === "delay") return later(state, fault.ms, () => send(stanza));
  if (fault?.kind === "reorder" && !device.held) {
    device.held = stanza;
    return;
  }
  send(stanza);
  if (fault?.kind === "duplicate") send(stanza);
  if (device.held) {
    send(device.held);
    device.held = undefined;
  }
}
