import { randomBytes } from "node:crypto";
import type { BinaryNode } from "./node.ts";
import { jidOf, node, parseJid, SERVER } from "./node.ts";
import { lidFor } from "./random.ts";
import { createParty } from "./signal.ts";
import type { Device, SimState, User } from "./state.ts";
import { announce } from "./state.ts";

export interface NewUser {
  phone: string;
  name?: string;
  addressing?: "pn" | "lid";
  hidesNumber?: boolean;
  isOnWhatsApp?: boolean;
}

/** Makes a phone, or changes the one that has this number. */
export function setUser(state: SimState, { phone, name, ...changes }: NewUser): User {
  const digits = phone.replaceAll(/\D/g, "");
  if (digits.length < 5 || digits.length > 15) throw new Error(`${phone} is not a phone number: 5 to 15 digits`);
  const user = state.users.get(digits) ?? newUser(digits);
  if (name !== undefined) user.name = name;
  for (const [key, value] of Object.entries(changes)) if (value !== undefined) Object.assign(user, { [key]: value });
  if (user.hidesNumber) user.addressing = "lid";
  state.users.set(digits, user);
  state.usersByLid.set(user.lid, user);
  announce(state, { kind: "users" });
  return user;
}

function newUser(phone: string): User {
  return {
    phone,
    lid: lidFor(phone),
    name: `+${phone}`,
    addressing: "pn",
    hidesNumber: false,
    isOnWhatsApp: true,
    isBanned: false,
    party: createParty(),
    devices: new Map(),
    lastDevice: 0,
    about: "Hey there! I am using WhatsApp.",
    isOnline: false,
    blocked: new Set(),
    privacy: new Map([
      ["readreceipts", "all"],
      ["last", "all"],
      ["online", "all"],
      ["profile", "all"],
      ["status", "all"],
      ["groupadd", "all"],
    ]),
    timelock: { isActive: false, endsAt: 0, type: "DEFAULT" },
    chatCap: null,
    appStateKey: { id: randomBytes(6), secret: randomBytes(32) },
    appState: new Map(),
  };
}

/** A phone number in any spelling, a jid or a LID. Unknown numbers become phones; an unknown LID is an error. */
export function userOf(state: SimState, address: string): User {
  const user = findUser(state, address);
  if (user) return user;
  if (address.endsWith("@lid")) throw new Error(`nobody has the LID ${address}`);
  return setUser(state, { phone: parseJid(address).user });
}

export function findUser(state: SimState, address: string): User | undefined {
  if (!address.includes("@")) {
    const numbered = state.users.get(address) ?? state.users.get(address.replaceAll(/\D/g, ""));
    return numbered ?? [...state.users.values()].find((user) => user.name.toLowerCase() === address.toLowerCase());
  }
  const { user, server } = parseJid(address);
  return server === "lid" ? state.usersByLid.get(user) : state.users.get(user);
}

export function pnJid(user: User, device = 0): string {
  return jidOf(user.phone, SERVER, device);
}

export function lidJid(user: User, device = 0): string {
  return jidOf(user.lid, "lid", device);
}

export function jidAs(user: User, addressing: "pn" | "lid", device = 0): string {
  return addressing === "lid" ? lidJid(user, device) : pnJid(user, device);
}

export function deviceOf(state: SimState, phone: string, number?: number): Device {
  const user = findUser(state, phone);
  const device = number === undefined ? [...(user?.devices.values() ?? [])].at(-1) : user?.devices.get(number);
  if (!device) throw new Error(`${phone} has no ${number === undefined ? "linked device" : `device ${number}`}`);
  return device;
}

/** Phone first, then what is linked to it; companions carry the index of their key. */
export function deviceList(user: User): BinaryNode {
  const companions = [...user.devices.keys()].map((number) =>
    node("device", { id: String(number), "key-index": String(number) }),
  );
  return node("device-list", {}, [node("device", { id: "0" }), ...companions]);
}
