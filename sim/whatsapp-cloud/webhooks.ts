import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { Obj, SimState } from "./state.ts";
import { announce, asObj, nowMs, signatureOf, track, waitUntil } from "./state.ts";

/** One change on its way to the business: a webhook field, its value, and the number it is about. */
export interface Update {
  field: string;
  value: Obj;
  phoneNumberId?: string;
}

/**
 * How bodies leave. Retries wait `retryFirstMs`, then `retryFactor` times longer each, up to `retryMaxMs`, `attempts` in
 * all (Meta: seven days). `coalesceMs` > 0 gathers updates into bodies of at most `coalesceMax`, as Meta does under load.
 */
export interface DeliveryRules {
  delayMs: number;
  duplicates: number;
  attempts: number;
  retryFirstMs: number;
  retryFactor: number;
  retryMaxMs: number;
  timeoutMs: number;
  coalesceMs: number;
  coalesceMax: number;
}

export const defaultRules: DeliveryRules = {
  delayMs: 0,
  duplicates: 0,
  attempts: 10,
  retryFirstMs: 100,
  retryFactor: 2,
  retryMaxMs: 10_000,
  timeoutMs: 20_000,
  coalesceMs: 0,
  coalesceMax: 1000,
};

export interface Attempt {
  at: number;
  status?: number;
  error?: string;
  answer?: string;
}

export interface Delivery {
  id: number;
  url: string | null;
  state: "held" | "waiting" | "delivered" | "gave_up" | "no_webhook";
  body: string;
  signature: string;
  fields: string[];
  attempts: Attempt[];
  duplicateOf?: number;
}

export type Packing = "single" | "entries" | "changes" | "messages";

/** Meta escapes slashes and everything beyond ASCII: whoever verifies a re-serialised body instead of the raw one fails. */
export function encodeBody(body: unknown): string {
  return JSON.stringify(body)
    .replaceAll("/", String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The phone number's own override first, then the account's, then the app's; overrides are for `messages` only. */
function urlFor(state: SimState, update: Update | undefined): string | null {
  if (!state.subscribed) return null;
  if (update?.field === "messages") {
    const phone = update.phoneNumberId === undefined ? undefined : state.phoneNumbers.get(update.phoneNumberId);
    if (phone?.overrideUrl) return phone.overrideUrl;
    if (state.wabaOverrideUrl) return state.wabaOverrideUrl;
  }
  return state.webhookUrl;
}

/** Sends updates now, or keeps them while held. Resolves when the last body was answered 200 or given up. */
export function emitUpdates(state: SimState, updates: Update[], packing: Packing = "single"): Promise<Delivery[]> {
  if (state.held) {
    state.held.push(...updates);
    return Promise.resolve(updates.map((update) => newDelivery(state, null, "", [update], "held")));
  }
  if (state.rules.coalesceMs > 0) return coalesce(state, updates);
  return deliverPacked(state, updates, packing);
}

export function deliverPacked(state: SimState, updates: Update[], packing: Packing): Promise<Delivery[]> {
  const byUrl = Map.groupBy(updates, (update) => urlFor(state, update));
  const bodies = [...byUrl].flatMap(([url, list]) => pack(state, list, packing).map((body) => ({ url, body, list })));
  return track(state, Promise.all(bodies.map(({ url, body, list }) => deliver(state, url, encodeBody(body), list))));
}

const waiting = new WeakMap<SimState, { updates: Update[]; done: Promise<Delivery[]> }>();

function coalesce(state: SimState, updates: Update[]): Promise<Delivery[]> {
  const open = waiting.get(state);
  if (open && open.updates.length + updates.length <= state.rules.coalesceMax) {
    open.updates.push(...updates);
    return open.done;
  }
  const batch = { updates: [...updates], done: Promise.resolve<Delivery[]>([]) };
  batch.done = sleep(state.rules.coalesceMs).then(() => {
    if (waiting.get(state) === batch) waiting.delete(state);
    return deliverPacked(state, batch.updates, "messages");
  });
  waiting.set(state, batch);
  return track(state, batch.done);
}

function pack(state: SimState, updates: Update[], packing: Packing): Obj[] {
  const time = Math.floor(nowMs(state) / 1000);
  const entry = (changes: Update[]) => ({
    id: state.wabaId,
    time,
    changes: changes.map(({ field, value }) => ({ value, field })),
  });
  const envelope = (entries: Obj[]) => ({ object: "whatsapp_business_account", entry: entries });
  if (packing === "single") return updates.map((update) => envelope([entry([update])]));
  if (packing === "entries") return [envelope(updates.map((update) => entry([update])))];
  return [envelope([entry(packing === "changes" ? updates : mergeMessages(updates))])];
}

/** One `messages` change a number, holding all its messages and statuses, with each contact once. */
function mergeMessages(updates: Update[]): Update[] {
  const merged = new Map<string, Update>();
  const rest: Update[] = [];
  for (const update of updates) {
    if (update.field !== "messages" || update.phoneNumberId === undefined) {
      rest.push(update);
      continue;
    }
    const into = merged.get(update.phoneNumberId);
    if (!into) merged.set(update.phoneNumberId, structuredClone(update));
    else {
      for (const key of ["contacts", "messages", "statuses"]) {
        const more = update.value[key];
        if (!Array.isArray(more)) continue;
        const list = (into.value[key] as unknown[] | undefined) ?? [];
        const seen = new Set(list.map((item) => asObj(item)?.user_id));
        into.value[key] = [...list, ...more.filter((item) => key !== "contacts" || !seen.has(asObj(item)?.user_id))];
      }
    }
  }
  return [...merged.values(), ...rest];
}

function newDelivery(
  state: SimState,
  url: string | null,
  body: string,
  updates: Update[],
  how: Delivery["state"],
): Delivery {
  const signature = signatureOf(state.appSecret, body);
  const fields = [...new Set(updates.map((update) => update.field))];
  return { id: state.deliveries.length + 1, url, state: how, body, signature, fields, attempts: [] };
}

/** Keeps the log bounded on long runs; tests look at the newest. */
function remember(state: SimState, delivery: Delivery): void {
  delivery.id = (state.deliveries.at(-1)?.id ?? 0) + 1;
  state.deliveries.push(delivery);
  if (state.deliveries.length > 20_000) state.deliveries.splice(0, 10_000);
}

async function deliver(state: SimState, url: string | null, body: string, updates: Update[]): Promise<Delivery> {
  const delivery = newDelivery(state, url, body, updates, url === null ? "no_webhook" : "waiting");
  remember(state, delivery);
  if (url === null) return delivery;
  if (state.rules.delayMs > 0) await sleep(state.rules.delayMs);
  await attemptUntilDone(state, delivery);
  for (let copy = 0; copy < state.rules.duplicates; copy++) {
    const again = { ...delivery, state: "waiting" as const, attempts: [], duplicateOf: delivery.id };
    remember(state, again);
    await attemptUntilDone(state, again);
  }
  return delivery;
}

async function attemptUntilDone(state: SimState, delivery: Delivery): Promise<void> {
  let wait = state.rules.retryFirstMs;
  for (;;) {
    const attempt = await attemptOnce(state, delivery);
    if (attempt.status === 200) delivery.state = "delivered";
    else if (delivery.attempts.length >= state.rules.attempts || state.closing.signal.aborted)
      delivery.state = "gave_up";
    announce(state, { kind: "delivery", delivery });
    if (delivery.state !== "waiting") return;
    await pause(state, wait);
    wait = Math.min(wait * state.rules.retryFactor, state.rules.retryMaxMs);
  }
}

async function attemptOnce(state: SimState, delivery: Delivery): Promise<Attempt> {
  const attempt: Attempt = { at: nowMs(state) };
  delivery.attempts.push(attempt);
  try {
    const response = await postRaw(state, delivery.url ?? "", delivery.body, delivery.signature);
    attempt.status = response.status;
    attempt.answer = response.answer;
  } catch (error) {
    attempt.error = error instanceof Error ? error.message : String(error);
  }
  return attempt;
}

export async function postRaw(
  state: SimState,
  url: string,
  body: string | Uint8Array,
  signature: string | null,
): Promise<{ status: number; answer: string }> {
  const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "facebookexternalua" };
  if (signature !== null) headers["x-hub-signature-256"] = signature;
  const limit = AbortSignal.any([state.closing.signal, AbortSignal.timeout(state.rules.timeoutMs)]);
  const response = await request(url, { method: "POST", body, headers, dispatcher: state.agent, signal: limit });
  return { status: response.statusCode, answer: (await response.body.text()).slice(0, 2000) };
}

/** A growing delay that `retryNow()` and closing cut short. */
async function pause(state: SimState, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      state.bus.off("retry", done);
      state.closing.signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    state.bus.on("retry", done);
    state.closing.signal.addEventListener("abort", done);
  });
}

/** The GET handshake that Meta makes when a callback URL is set: the bare challenge with 200, else the URL is refused. */
export async function handshake(state: SimState, url: string, verifyToken: string): Promise<void> {
  const challenge = String(Math.floor(Math.random() * 1e9));
  const target = new URL(url);
  target.searchParams.set("hub.mode", "subscribe");
  target.searchParams.set("hub.challenge", challenge);
  target.searchParams.set("hub.verify_token", verifyToken);
  const response = await request(target, { dispatcher: state.agent, signal: AbortSignal.timeout(10_000) });
  const answer = await response.body.text();
  if (response.statusCode !== 200 || answer !== challenge) {
    throw new Error(`the callback URL did not pass the handshake (status ${response.statusCode})`);
  }
}

/** Resolves when no status, delivery or retry is under way. */
export async function settle(state: SimState, timeoutMs = 10_000): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  while (state.pendingWork.size > 0) {
    if (deadline.aborted) throw new Error(`webhooks were still under way after ${timeoutMs} ms`);
    await Promise.race([Promise.allSettled(state.pendingWork), sleep(50)]);
  }
}

export function waitForDelivery(state: SimState, test: (delivery: Delivery) => boolean, timeoutMs?: number) {
  return waitUntil(state, () => state.deliveries.find(test), "a delivery", timeoutMs);
}
