import type { Fault } from "./faults.ts";
import type { Said, Says } from "./inbound.ts";
import { says } from "./inbound.ts";
import { expireLinks } from "./media.ts";
import type { Person, PersonInput } from "./people.ts";
import { addPerson, findPerson } from "./people.ts";
import { addPhoneNumber } from "./phone-numbers.ts";
import type { Obj, SimMessage, SimState, StatusName } from "./state.ts";
import { asObj, signatureOf, waitUntil } from "./state.ts";
import { reportStatus } from "./statuses.ts";
import { setTemplateStatus } from "./templates.ts";
import type { Delivery, DeliveryRules, Packing } from "./webhooks.ts";
import { deliverPacked, emitUpdates, handshake, postRaw, settle, waitForDelivery } from "./webhooks.ts";

/** Which messages: every given key must be equal (`text`: contained). */
export interface MessageMatch {
  direction?: "in" | "out";
  person?: string;
  type?: string;
  text?: string;
  callbackData?: string;
  id?: string;
  status?: StatusName;
  phoneNumberId?: string;
  timeoutMs?: number;
}

export interface Configuration {
  throughput?: number | null;
  pairLimit?: boolean;
  enforceWindow?: boolean;
  autoStatuses?: boolean;
  sentAfterMs?: number;
  deliveredAfterMs?: number;
  clockOffsetMs?: number;
  accessTokens?: string[];
  qualityRating?: string;
  delivery?: Partial<DeliveryRules>;
}

type Predicate = (message: SimMessage) => boolean;

/** Every operation: a function here, and `POST /control/<name>` with the same object as its JSON body. */
export function createControl(state: SimState) {
  const matching = (match: MessageMatch | Predicate): Predicate => {
    if (typeof match === "function") return match;
    const { timeoutMs: _, text, person, ...rest } = match;
    const direction = rest.direction ?? (rest.id === undefined ? "out" : undefined);
    const wanted = Object.entries({ ...rest, direction }).filter(([, value]) => value !== undefined);
    return (message) => {
      const known: Obj = { ...message };
      if (person !== undefined && !isPerson(message.person, person)) return false;
      if (text !== undefined && !message.text.includes(text)) return false;
      return wanted.every(([key, value]) => known[key] === value);
    };
  };
  const isPerson = (key: string, name: string) => {
    const { waId, userId } = state.people.get(key) ?? {};
    return name === key || name === userId || (waId !== undefined && waId === name.replaceAll(/\D/g, ""));
  };
  const messageOf = (id: string) => {
    const message = state.messageById.get(id);
    if (!message) throw new Error(`the simulator knows no message ${id}`);
    return message;
  };
  const outbound = (person: Person, messageId: string | undefined) =>
    state.messages.filter(
      (one) =>
        one.direction === "out" &&
        one.person === person.key &&
        one.type !== "reaction" &&
        (one.status === "sent" || one.status === "delivered") &&
        (messageId === undefined || one.id === messageId),
    );

  return {
    says: (input: Says): Promise<Said> => says(state, input),

    /** The person opens the chat: every delivered message, or the one named, is read (a `read` status each). */
    reads: async (input: { person?: string; messageId?: string } = {}): Promise<{ read: string[] }> => {
      const person = findPerson(state, input.person);
      const unread = outbound(person, input.messageId);
      await Promise.all(unread.map((message) => reportStatus(state, message, "read")));
      return { read: unread.map((message) => message.id) };
    },

    /** The person listens to a voice note. */
    plays: async (input: { messageId: string }): Promise<{ played: string }> => {
      await reportStatus(state, messageOf(input.messageId), "played");
      return { played: input.messageId };
    },

    /** Any status by hand. */
    status: async (input: { messageId: string; status: StatusName; errorCode?: number }): Promise<SimMessage> => {
      await reportStatus(state, messageOf(input.messageId), input.status, input.errorCode);
      return messageOf(input.messageId);
    },

    /** The person stops or resumes marketing messages. */
    marketing: (input: { person?: string; value: "stop" | "resume" }): Promise<Delivery[]> => {
      const person = findPerson(state, input.person);
      person.marketingStopped = input.value === "stop";
      const preference: Obj = { user_id: person.userId, detail: `User requested to ${input.value} marketing messages` };
      if (person.waId && person.sharesPhone) preference.wa_id = person.waId;
      const timestamp = Math.floor((state.options.now?.() ?? Date.now()) / 1000);
      Object.assign(preference, { category: "marketing_messages", value: input.value, timestamp });
      const { digits, id } = state.primary;
      const metadata = { display_phone_number: digits, phone_number_id: id };
      const value = { messaging_product: "whatsapp", metadata, user_preferences: [preference] };
      return emitUpdates(state, [{ field: "user_preferences", value, phoneNumberId: id }]);
    },

    /** Any other webhook: `{ field: "account_update", value: … }`. */
    emit: (input: { field: string; value: Obj; phoneNumberId?: string }): Promise<Delivery[]> =>
      emitUpdates(state, [input]),

    templateStatus: (input: { name: string; language?: string; status: string; reason?: string }) =>
      setTemplateStatus(state, input),

    people: (): Person[] => [...state.people.values()],
    addPerson: (input: PersonInput): Person => addPerson(state, input),
    addPhoneNumber: (input: { id?: string; displayPhoneNumber?: string; verifiedName?: string } = {}) => {
      const { blocked: _, ...phone } = addPhoneNumber(state, input);
      return phone;
    },

    /** Messages that the business sent, oldest first. */
    messages: (match: MessageMatch = {}): SimMessage[] => state.messages.filter(matching(match)),
    /** Both directions, oldest first. */
    chat: (input: { person?: string } = {}): { messages: SimMessage[] } => ({
      messages: state.messages.filter((one) => input.person === undefined || one.person === input.person),
    }),
    /** How many messages were accepted for each `biz_opaque_callback_data`: more than one is a double send. */
    countsByCallbackData: (): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { callbackData } of state.messages) {
        if (callbackData !== undefined) counts[callbackData] = (counts[callbackData] ?? 0) + 1;
      }
      return counts;
    },
    waitForMessage: (match: MessageMatch | Predicate, options: { timeoutMs?: number } = {}): Promise<SimMessage> => {
      const timeoutMs = options.timeoutMs ?? (typeof match === "function" ? undefined : match.timeoutMs);
      return waitUntil(state, () => state.messages.find(matching(match)), "a message", timeoutMs);
    },
    /** Resolves when the business has marked the person's message as read. */
    waitForBusinessRead: (input: { messageId: string; timeoutMs?: number }): Promise<SimMessage> => {
      const find = () => (messageOf(input.messageId).readByBusiness ? messageOf(input.messageId) : undefined);
      return waitUntil(state, find, "a read mark of the business", input.timeoutMs);
    },
    typing: () => state.typing,

    deliveries: (input: { field?: string; state?: Delivery["state"] } = {}): Delivery[] =>
      state.deliveries.filter(
        (one) =>
          (input.field === undefined || one.fields.includes(input.field)) &&
          (input.state === undefined || one.state === input.state),
      ),
    /** Resolves with the first delivery of that field that was answered 200 (or given up, by `state`). */
    waitForDelivery: (
      input: { field?: string; state?: Delivery["state"]; timeoutMs?: number } = {},
    ): Promise<Delivery> => {
      const { field, state: how = "delivered", timeoutMs } = input;
      return waitForDelivery(state, (one) => one.state === how && (!field || one.fields.includes(field)), timeoutMs);
    },
    /** Resolves when no status, delivery or retry is under way. */
    settled: async (input: { timeoutMs?: number } = {}): Promise<{ settled: true }> => {
      await settle(state, input.timeoutMs);
      return { settled: true };
    },
    /** Retries that wait for their delay start at once. */
    retryNow: (): void => void state.bus.emit("retry"),

    /** Keeps every webhook back until `release`. */
    hold: (): void => void (state.held ??= []),
    /** Lets held webhooks go: in which order, packed how, each body how many times more. */
    release: async (
      input: { order?: "as_is" | "reverse" | "shuffle"; packing?: Packing; copies?: number } = {},
    ): Promise<Delivery[]> => {
      const held = state.held ?? [];
      state.held = null;
      if (input.order === "reverse") held.reverse();
      if (input.order === "shuffle")
        for (const update of held.splice(0)) held.splice(Math.floor(Math.random() * (held.length + 1)), 0, update);
      const sent: Delivery[] = [];
      for (let copy = 0; copy <= (input.copies ?? 0); copy++) {
        if ((input.packing ?? "single") === "single") {
          for (const update of held) sent.push(...(await deliverPacked(state, [update], "single")));
        } else sent.push(...(await deliverPacked(state, held, input.packing ?? "single")));
      }
      return sent;
    },

    /** Signs any bytes and posts them to the webhook. `signature`: another one, or null for none. */
    raw: async (input: { body: unknown; signature?: string | null; url?: string }) => {
      const bytes =
        typeof input.body === "string" || input.body instanceof Uint8Array ? input.body : JSON.stringify(input.body);
      const url = input.url ?? state.webhookUrl;
      if (!url) throw new Error("no webhook URL is set");
      const signature = input.signature === undefined ? signatureOf(state.appSecret, bytes) : input.signature;
      return postRaw(state, url, bytes, signature);
    },

    /** Sets the app's callback URL after its GET handshake (`verify: false` skips that). `null` clears. */
    setWebhook: async (input: {
      url: string | null;
      verifyToken?: string;
      verify?: boolean;
    }): Promise<{ url: string | null }> => {
      if (input.url && input.verify !== false)
        await handshake(state, input.url, input.verifyToken ?? state.verifyToken);
      state.webhookUrl = input.url;
      return { url: input.url };
    },

    /** The next `times` (default 1) matching sends go wrong. */
    fault: (input: Omit<Fault, "times" | "accept"> & { times?: number; accept?: boolean }): void => {
      state.faults.push({ ...input, times: input.times ?? 1, accept: input.accept ?? true });
    },
    clearFaults: (): void => {
      state.faults.length = 0;
      state.recipientErrors.clear();
    },
    /** Sends to this person fail with `code`, at once (`sync`) or by a failed status. */
    failRecipient: (input: { person: string; code: number; mode?: "sync" | "async"; times?: number }): void => {
      const person = findPerson(state, input.person);
      const { code, mode = "async", times = Infinity } = input;
      state.recipientErrors.set(person.key, { code, mode, times });
    },
    expireMediaLinks: (input: { mediaId?: string } = {}): void => expireLinks(state, input.mediaId),

    configure: (input: Configuration): void => {
      if (input.throughput !== undefined) {
        state.throughput = input.throughput ?? Infinity;
        state.primary.throughputLevel = state.throughput > 80 ? "HIGH" : "STANDARD";
        state.buckets.clear();
      }
      for (const key of ["pairLimit", "enforceWindow", "autoStatuses", "clockOffsetMs"] as const) {
        if (input[key] !== undefined) Object.assign(state, { [key]: input[key] });
      }
      for (const key of ["sentAfterMs", "deliveredAfterMs"] as const) {
        if (input[key] !== undefined) state.options[key] = input[key];
      }
      if (input.accessTokens) state.accessTokens = new Set(input.accessTokens);
      if (input.qualityRating) state.primary.qualityRating = input.qualityRating;
      if (asObj(input.delivery)) state.rules = { ...state.rules, ...input.delivery };
    },
  };
}

export type Control = ReturnType<typeof createControl>;
