import type { proto } from "baileys";
import type { EventEmitter } from "node:events";
import type { Fault } from "./faults.ts";
import type { MediaServer } from "./media-server.ts";
import type { BinaryNode } from "./node.ts";
import type { NoiseAuthority } from "./noise.ts";
import type { Random } from "./random.ts";
import type { SignalParty } from "./signal.ts";

/** Everything may be left out. */
export interface SimOptions {
  port?: number;
  host?: string;
  /** Repeats ids, references and the root key of the server. Keys of people and phones are always new. */
  seed?: string;
  /** Server time in milliseconds; give the clock of the system under test. Default: the real one. */
  now?: () => number;
  /** What a phone does by itself with a message it gets. Default `delivered`. */
  receipts?: "none" | "delivered" | "read";
  /** Messages that the history of a new device carries inline; the rest comes as files. Default 50. */
  inlineHistory?: number;
  /** Messages that a new device gets at all; older ones it has to ask for. Default 10 000. */
  history?: number;
}

/** Someone with a phone: a person who writes, or an account with linked devices, or both. */
export interface User {
  /** Digits. */
  phone: string;
  lid: string;
  name: string;
  /** `lid`: what this person sends carries the LID as sender, the number only beside it. */
  addressing: "pn" | "lid";
  /** The number is never told to others. Implies `lid`. */
  hidesNumber: boolean;
  isOnWhatsApp: boolean;
  isBanned: boolean;
  party: SignalParty;
  devices: Map<number, Device>;
  lastDevice: number;
  about: string;
  isOnline: boolean;
  blocked: Set<string>;
  privacy: Map<string, string>;
  timelock: { isActive: boolean; endsAt: number; type: string };
  chatCap: { total: number; used: number } | null;
  /** With which the devices of an account seal its app state. */
  appStateKey: { id: Buffer; secret: Buffer };
  appState: Map<string, { version: number; patches: { version: number; bytes: Uint8Array }[] }>;
}

/** A linked device as the server knows it. */
export interface Device {
  owner: User;
  number: number;
  clientKey: Buffer;
  identity: Buffer;
  registrationId: number;
  signedPreKey: { keyId: number; publicKey: Buffer; signature: Buffer };
  preKeys: { keyId: number; publicKey: Buffer }[];
  wasToldKeysAreLow: boolean;
  /** Stanzas that the device has not answered yet; they come again after a reconnect. */
  pending: PendingStanza[];
  /** Messages by id, answered or not. */
  sent: Map<string, BinaryNode>;
  connection: Connection | undefined;
  hasHistory: boolean;
  /** Held back by a `reorder` fault until the next one went. */
  held: BinaryNode | undefined;
  /** ADVSignedDeviceIdentity: the phone's word that this device is its own, countersigned by the device. */
  account: Buffer;
  platform: string;
  linkedAt: number;
}

export interface PendingStanza {
  stanza: BinaryNode;
  /** What a phone encrypted into it, for a retry. */
  plaintext?: proto.IMessage;
  /** Acknowledgements that still belong to an earlier form of this stanza, which the device could not decrypt. */
  staleAcks: number;
}

export interface Connection {
  send(stanza: BinaryNode): void;
  close(): void;
  destroy(): void;
  clientKey: Buffer;
  login: proto.ClientPayload | undefined;
  device: Device | undefined;
  /** A device gets its messages once it has said that it is active. */
  isActive: boolean;
  pairing: Pairing | undefined;
}

export interface Pairing {
  refs: string[];
  code?: { phone: string; wrapped: Buffer };
  keys?: { phone: User; secret: Uint8Array };
  /** Set while pair-success waits for the device's signature. */
  device?: Device;
  settle?: { resolve: (device: Device) => void; reject: (error: Error) => void };
}

export type ReceiptStatus = "delivered" | "read" | "played";

/** One message, as all phones together know it. */
export interface SimMessage {
  id: string;
  /** Phone of the sender. */
  from: string;
  /** 0 is the phone itself. */
  fromDevice: number;
  /** Phone of the recipient, or the group's jid. */
  to: string;
  /** The jid as the sender wrote it. */
  addressedTo: string;
  at: number;
  type: string;
  text: string;
  message: proto.IMessage;
  replyTo?: string;
  reactions: { by: string; emoji: string }[];
  /** Votes of people on a poll, each with the hashes of the options. */
  votes: { by: string; options: Buffer[]; at: number }[];
  /** What the author made of it. */
  editedTo?: proto.IMessage;
  isEdited: boolean;
  isRevoked: boolean;
  /** By whom and since when; a phone that read it also got it. */
  receipts: { by: string; status: ReceiptStatus; at: number }[];
}

/** A stanza that a person's phone decrypted. The same message twice is two of them. */
export interface Arrival {
  id: string;
  by: string;
  from: string;
  fromDevice: number;
  type: string;
  text: string;
  encryption: "pkmsg" | "msg" | "skmsg" | "none";
  at: number;
  message: proto.IMessage;
}

export interface Group {
  jid: string;
  subject: string;
  subjectAt: number;
  description?: { id: string; text: string; by: string; at: number };
  creator: string;
  createdAt: number;
  addressing: "pn" | "lid";
  members: Map<string, "member" | "admin" | "superadmin">;
  inviteCode: string;
  isAnnouncement: boolean;
  isLocked: boolean;
  ephemeralSeconds: number;
  /** Devices that hold a phone's sender key: `phone>device's jid`. */
  keyHolders: Set<string>;
}

export type SimEvent =
  | { kind: "message"; message: SimMessage }
  | { kind: "users" }
  | { kind: "device"; phone: string }
  | { kind: "typing"; from: string; to: string; isTyping: boolean }
  | { kind: "stanza" };

export interface SimState {
  options: SimOptions;
  url: string;
  webSocketUrl: string;
  random: Random;
  authority: NoiseAuthority;
  media: MediaServer;
  users: Map<string, User>;
  usersByLid: Map<string, User>;
  groups: Map<string, Group>;
  connections: Set<Connection>;
  messages: SimMessage[];
  messageById: Map<string, SimMessage>;
  arrivals: Arrival[];
  /** Every answer that devices gave, for assertions: receipts and acknowledgements. */
  answers: { phone: string; device: number; stanza: BinaryNode }[];
  /** Messages that the server refused. */
  refusals: { phone: string; id: string; code: number }[];
  /** Requests that this server does not know, answered with error 501. */
  unknown: string[];
  faults: Fault[];
  /** Codes with which the next sign-ins fail. */
  refuseLogins: number[];
  /** How many messages a phone will claim not to be able to read. */
  retriesToAsk: Map<string, number>;
  /** `phone/message id` → how often the phone asked for it again. */
  retryCounts: Map<string, number>;
  timers: Set<NodeJS.Timeout>;
  queues: Map<string, Promise<unknown>>;
  bus: EventEmitter<{ change: [SimEvent] }>;
  closing: AbortController;
}

export function nowMs(state: SimState): number {
  return state.options.now?.() ?? Date.now();
}

export function unixSeconds(state: SimState): string {
  return String(Math.floor(nowMs(state) / 1000));
}

export function announce(state: SimState, event: SimEvent): void {
  state.bus.emit("change", event);
}

/** One after the other for the same key, so that a ratchet's steps keep their order on the wire. */
export function inOrder<T>(state: SimState, key: string, work: () => Promise<T>): Promise<T> {
  const before = state.queues.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  state.queues.set(key, mine);
  const forget = () => {
    if (state.queues.get(key) !== mine) return;
    state.queues.delete(key);
    announce(state, { kind: "stanza" });
  };
  mine.then(forget, forget);
  return mine;
}

export function later(state: SimState, ms: number, work: () => void): void {
  const timer = setTimeout(() => {
    state.timers.delete(timer);
    work();
    announce(state, { kind: "stanza" });
  }, ms);
  state.timers.add(timer);
}

/** Resolves with the first thing `find` sees, now or after a later change; rejects after `timeoutMs`. */
export async function waitUntil<T>(
  state: SimState,
  find: () => T | undefined,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const found = find();
  if (found !== undefined) return found;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error(`waited ${timeoutMs} ms for ${what}`))), timeoutMs);
    const look = () => {
      const value = find();
      if (value !== undefined) finish(() => resolve(value));
    };
    const stop = () => finish(() => reject(new Error(`the simulator closed while waiting for ${what}`)));
    function finish(end: () => void) {
      clearTimeout(timer);
      state.bus.off("change", look);
      state.closing.signal.removeEventListener("abort", stop);
      end();
    }
    state.bus.on("change", look);
    state.closing.signal.addEventListener("abort", stop);
  });
}

export function newMessageId(state: SimState): string {
  return `3A${state.random(9).toString("hex").toUpperCase()}`;
}

export function newStanzaId(state: SimState): string {
  return state.random(6).toString("hex");
}
