import { createHmac, randomBytes, randomInt } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { Agent } from "undici";
import type { Fault } from "./faults.ts";
import type { MediaItem } from "./media.ts";
import type { Person } from "./people.ts";
import type { Upload } from "./uploads.ts";
import type { Template } from "./templates.ts";
import type { Delivery, DeliveryRules, Update } from "./webhooks.ts";

export type Obj = Record<string, unknown>;

/** Everything may be left out. Times are milliseconds. */
export interface SimOptions {
  port?: number;
  host?: string;
  appId?: string;
  appSecret?: string;
  verifyToken?: string;
  accessToken?: string;
  phoneNumberId?: string;
  wabaId?: string;
  displayPhoneNumber?: string;
  webhookUrl?: string;
  /** Provider time; give the clock of the system under test. Default: the real one. */
  now?: () => number;
  /** Clock of the rate limits only. Default: a monotonic real one. */
  rateNow?: () => number;
  /** After the answer to a send: wait before `sent`, then before `delivered`. Default 0 and 10. */
  sentAfterMs?: number;
  deliveredAfterMs?: number;
  /** `false`: no statuses by themselves; use `status()`. */
  autoStatuses?: boolean;
  /** Messages a second and number: 80 (Meta's standard), 1000 (upgraded), `Infinity`. */
  throughput?: number;
  /** 45 messages at once to one person, then one in 6 s (131056). Default true. */
  pairLimit?: boolean;
  /** Fail free-form messages asynchronously with 131047 when the person has not written for 24 h. Default false. */
  enforceWindow?: boolean;
  delivery?: Partial<DeliveryRules>;
}

export type StatusName = "sent" | "delivered" | "read" | "played" | "failed";

/** One message of either direction, as the simulated phone knows it. */
export interface SimMessage {
  id: string;
  direction: "in" | "out";
  person: string;
  phoneNumberId: string;
  type: string;
  /** `in`: the webhook's message object; `out`: the request body as it was sent. */
  body: Obj;
  /** What a phone shows, as plain text. */
  text: string;
  at: number;
  status?: StatusName;
  statuses: StatusName[];
  callbackData?: string;
  replyTo?: string;
  errorCode?: number;
  edited?: boolean;
  revoked?: boolean;
  readByBusiness?: boolean;
  /** A template's quick replies, for the phone. */
  quickReplies?: { title: string; payload: string }[];
  reactions: { by: "person" | "business"; emoji: string }[];
  /** `to` or `recipient` exactly as the client typed it (`out` only). */
  addressedTo?: string;
  byUserId?: boolean;
  pricingSent?: number;
}

export interface PhoneNumber {
  id: string;
  displayPhoneNumber: string;
  digits: string;
  verifiedName: string;
  qualityRating: string;
  throughputLevel: string;
  status: string;
  registered: boolean;
  pin?: string;
  overrideUrl?: string;
  profile: Obj;
  settings: Obj;
  blocked: Set<string>;
}

export type SimEvent =
  | { kind: "message"; message: SimMessage }
  | { kind: "status"; message: SimMessage }
  | { kind: "typing"; person: string }
  | { kind: "people" }
  | { kind: "delivery"; delivery: Delivery };

export interface SimState {
  options: SimOptions;
  baseUrl: string;
  appId: string;
  appSecret: string;
  verifyToken: string;
  wabaId: string;
  accessTokens: Set<string>;
  phoneNumbers: Map<string, PhoneNumber>;
  primary: PhoneNumber;
  people: Map<string, Person>;
  peopleByPhone: Map<string, Person>;
  media: Map<string, MediaItem>;
  uploads: Map<string, Upload>;
  templates: Map<string, Template>;
  messages: SimMessage[];
  messageById: Map<string, SimMessage>;
  typing: { person: string; messageId: string; at: number }[];
  deliveries: Delivery[];
  held: Update[] | null;
  pendingWork: Set<Promise<unknown>>;
  rules: DeliveryRules;
  faults: Fault[];
  recipientErrors: Map<string, { code: number; mode: "sync" | "async"; times: number }>;
  throughput: number;
  pairLimit: boolean;
  enforceWindow: boolean;
  autoStatuses: boolean;
  clockOffsetMs: number;
  webhookUrl: string | null;
  wabaOverrideUrl: string | null;
  subscribed: boolean;
  buckets: Map<string, { tokens: number; at: number }>;
  bus: EventEmitter<{ change: [SimEvent]; retry: [] }>;
  closing: AbortController;
  agent: Agent;
}

export function nowMs(state: SimState): number {
  return (state.options.now?.() ?? Date.now()) + state.clockOffsetMs;
}

export function unixSeconds(state: SimState): string {
  return String(Math.floor(nowMs(state) / 1000));
}

export function announce(state: SimState, event: SimEvent): void {
  state.bus.emit("change", event);
}

/** Remembers work under way so that `settled()` can wait for it. */
export function track<T>(state: SimState, work: Promise<T>): Promise<T> {
  state.pendingWork.add(work);
  const forget = () => state.pendingWork.delete(work);
  work.then(forget, forget);
  return work;
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

export function newWamid(): string {
  return `wamid.HBg${randomBytes(33).toString("base64")}`;
}

export function newNumericId(): string {
  return String(randomInt(1, 10)) + String(randomInt(0, 1e14)).padStart(14, "0");
}

export function newTraceId(): string {
  return `A${randomBytes(15).toString("base64url")}`;
}

export function signatureOf(secret: string, raw: string | Uint8Array): string {
  return `sha256=${createHmac("sha256", secret).update(raw).digest("hex")}`;
}

export function asObj(value: unknown): Obj | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Obj) : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function asObjs(value: unknown): Obj[] {
  return Array.isArray(value) ? value.map(asObj).filter((item) => item !== undefined) : [];
}
