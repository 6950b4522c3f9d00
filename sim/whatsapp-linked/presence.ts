import type { BinaryNode } from "./node.ts";
import { children, node } from "./node.ts";
import type { Device, SimState, User } from "./state.ts";
import { announce } from "./state.ts";
import { findUser, jidAs } from "./users.ts";

/** A device says whether it is there, or wants to know it of somebody. */
export function onPresence(state: SimState, device: Device, stanza: BinaryNode): void {
  const { type, to, name } = stanza.attrs;
  if (name !== undefined && name !== "~" && name !== "") device.owner.name = name;
  if (type === "available" || type === "unavailable") device.owner.isOnline = type === "available";
  const asked = type === "subscribe" && to !== undefined ? findUser(state, to) : undefined;
  if (asked && to !== undefined) {
    device.connection?.send(node("presence", { from: to, type: asked.isOnline ? "available" : "unavailable" }));
  }
}

/** Presence is not kept: who is away misses it. */
export function onChatState(state: SimState, device: Device, stanza: BinaryNode): void {
  const to = findUser(state, stanza.attrs["to"] ?? "");
  const [what] = children(stanza);
  if (!to || !what) return;
  tell(device.owner, to, what.tag === "composing");
  announce(state, { kind: "typing", from: device.owner.phone, to: to.phone, isTyping: what.tag === "composing" });
}

/** A person types, or stopped. */
export function typing(state: SimState, from: User, to: User, isTyping: boolean): void {
  tell(from, to, isTyping);
  announce(state, { kind: "typing", from: from.phone, to: to.phone, isTyping });
}

function tell(from: User, to: User, isTyping: boolean): void {
  for (const device of to.devices.values()) {
    const attrs = { from: jidAs(from, from.addressing) };
    if (!device.connection?.isActive) continue;
    device.connection.send(node("chatstate", attrs, [node(isTyping ? "composing" : "paused")]));
  }
}
