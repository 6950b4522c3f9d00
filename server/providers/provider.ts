import type { Agent as HttpsAgent } from "node:https";
import type { z } from "zod";

import type { EgressRoute } from "../platform/egress-agent.ts";
import type { Address } from "./address.ts";
import type { InboundEvent } from "./inbound-event.ts";
import type { MediaKind, MediaRef } from "./message-content.ts";
import type { OutboundInteractive, OutboundKind, OutboundMessage, OutboundSignal } from "./outbound-message.ts";
import type { ProviderFault } from "./provider-error.ts";

export const providerIds = ["whatsapp_cloud", "whatsapp_linked", "messenger", "instagram"] as const;
export type ProviderId = (typeof providerIds)[number];

/** The part of `fetch` that providers use. Production passes the guarded `safeFetch`; nothing else reaches the network. */
export type ProviderHttp = (url: string, init?: ProviderRequest) => Promise<ProviderResponse>;
export type ProviderRequest = {
  method?: "GET" | "POST" | "DELETE";
  headers?: Record<string, string>;
  /** An iterable is streamed; its length is then in the `content-length` header. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
  /** From the call to the last byte of the answer. */
  timeoutMs?: number;
  /** Longest answer. */
  maxBytes?: number;
};
export type ProviderResponse = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Read once: as it comes, or whole. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
};

/** One channel as its provider sees it. Secrets are in clear only here, for the time of a call. */
export type Link<S, K> = {
  readonly channelId: string;
  readonly settings: S;
  readonly secrets: K;
  readonly http: ProviderHttp;
  /** Sockets for libraries that open their own, guarded like `http`. */
  readonly agentFor: (route: EgressRoute) => HttpsAgent;
  readonly clock: { now(): Date };
};

/** A value that comes from a vendor's page: what it says, where, and when we read it. */
export type Sourced<T> = { readonly value: T; readonly source: string; readonly readAt: string };

export type MediaLimit = {
  readonly maxBytes: number;
  readonly mimeTypes: readonly string[];
  readonly hasCaption: boolean;
  /** Stickers only: an animated one may be bigger. */
  readonly maxBytesAnimated?: number;
  /** Audio only: above this a voice note shows a download arrow instead of a play button. */
  readonly playableBytes?: number;
};

/** What a provider can do and how much of it, as data. The core reads this; it never asks which provider it is. */
export type Capabilities = {
  readonly displayName: string;
  /** What the network offers to businesses. Of anything else it is said, wherever its channels stand, that it is not. */
  readonly isOfficial: boolean;
  readonly kinds: Sourced<readonly OutboundKind[]>;
  readonly interactiveKinds: Sourced<readonly OutboundInteractive["kind"][]>;
  readonly signals: Sourced<readonly OutboundSignal["kind"][]>;
  /** Address kinds `send` accepts, best first. */
  readonly addressKinds: Sourced<readonly Address["kind"][]>;
  /** Opens a chat with a channel's own number: `{digits}`, and `{text}` to be sent. Absent: not everybody may see that number. */
  readonly chatLink?: Sourced<string>;
  /** Free messages are possible this long after the person's last message; null: no window. */
  readonly serviceWindowHours: Sourced<number | null>;
  readonly rates: {
    readonly perChannel: Sourced<{ readonly perSecond: number; readonly upgradedPerSecond?: number }>;
    /** Sustained one per `everyMs`; `burst` may go at once and is paid back. Null: no limit of its own. */
    readonly perRecipient: Sourced<{ readonly everyMs: number; readonly burst: number }> | null;
  };
  /** People written to first, a day: it grows with the days since the number was connected. Absent: the network counts itself. */
  readonly newChats?: Sourced<{ readonly firstDay: number; readonly dailyMore: number; readonly atMost: number }>;
  readonly text: Sourced<{ readonly maxLength: number }>;
  readonly caption: Sourced<{ readonly maxLength: number }>;
  readonly callbackData: Sourced<{ readonly maxLength: number }> | null;
  readonly media: Readonly<Record<MediaKind, Sourced<MediaLimit>>>;
  /** Days received media stay fetchable, and days an uploaded one stays sendable. */
  readonly mediaDays: Sourced<{ readonly received: number; readonly uploaded: number }>;
  readonly interactive: Sourced<{
    readonly buttons: number;
    readonly buttonTitle: number;
    readonly buttonId: number;
    readonly listRows: number;
    readonly listSections: number;
    readonly listButton: number;
    readonly sectionTitle: number;
    readonly rowTitle: number;
    readonly rowId: number;
    readonly rowDescription: number;
    readonly body: number;
    readonly listBody: number;
    readonly header: number;
    readonly footer: number;
  }> | null;
  readonly reaction: Sourced<{ readonly maxAgeDays: number }> | null;
  /** How long after its sending the network lets a message of ours be changed, and withdrawn; null: never. */
  readonly edit: Sourced<{ readonly withinMinutes: number }> | null;
  readonly delete: Sourced<{ readonly withinMinutes: number }> | null;
  /** How long a person may change or withdraw what they wrote. */
  readonly inboundEditMinutes: Sourced<number> | null;
  readonly inboundDeleteHours: Sourced<number> | null;
  readonly hasTemplates: boolean;
  readonly hasHistory: boolean;
};

/** What `connect` found. Facts for the channel's health screen; `warnings` are sentence keys. */
export type Connected = {
  readonly state: "connected";
  /** E.164 of a phone channel. */
  readonly phone?: string;
  readonly displayName?: string;
  readonly health: ChannelHealth;
};
export type NeedsPairing = { readonly state: "needs_pairing" };

export type ChannelHealth = {
  readonly quality: "green" | "yellow" | "red" | "unknown";
  readonly status: string;
  readonly canSend: "available" | "limited" | "blocked" | "unknown";
  /** New people per rolling day the account may write to first; null: no limit; absent: not told. */
  readonly dailyLimit?: number | null;
  readonly messagesPerSecond?: number;
  readonly isSubscribed: boolean;
  readonly isCoexistence: boolean;
  readonly nameStatus?: string;
  readonly faults: readonly ProviderFault[];
};

/** What the provider said on accepting a message. Acceptance is not delivery: the statuses tell the rest. */
export type SendReceipt = {
  readonly providerMessageId: string;
  /** The recipient as the provider resolved them; may differ from the address we gave. */
  readonly recipientAddress?: Address;
  /** The provider holds it back until it has judged the template. */
  readonly heldForQuality?: true;
  /** Set when bytes were uploaded: reuse within `can.mediaDays.uploaded`. */
  readonly providerMediaIds?: readonly string[];
};

/** Bytes of a received medium, streaming. The caller hashes, sniffs and stores them, and must read or cancel the stream. */
export type Media = {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mimeType: string;
  readonly byteLength?: number;
  readonly sha256?: string;
};

/** A file that the network does not keep any more, and the message it came with. */
export type MediaQuestion = {
  readonly ref: MediaRef;
  readonly providerMessageId: string;
  /** The conversation: a person's or a group's. */
  readonly to: Address;
  /** Who spoke, in a group. */
  readonly author?: Address;
  /** Sent by the business itself, on its own phone. */
  readonly isOwn: boolean;
};

/**
 * One change of one entry. A poisoned part carries `error` and leaves its neighbours alone. `error.raw` is a complete hook body with
 * only this part (replay: parse it again), or the text itself when the body was no JSON.
 */
export type ParsedPart = {
  /** The id that routes it to a channel: a number's or page's own id, or the account's for account events; null: not told. */
  readonly routeId: string | null;
  /** `account` parts concern every channel of the account. */
  readonly routeKind: "channel" | "account";
  readonly field: string;
  readonly events: readonly InboundEvent[];
  readonly error?: { readonly code: string; readonly raw: unknown };
};
export type ParsedHook = { readonly parts: readonly ParsedPart[] };

/** A provider that calls us. All three are pure and synchronous. */
export type Hook<K> = {
  readonly mode: "hook";
  /** The subscription handshake: the text to answer with 200, or null for a 403. */
  challenge(query: Readonly<Record<string, unknown>>, secrets: K): string | null;
  /** Checks the signature over the bytes as they came, in constant time. False also when it is missing or malformed. */
  verify(
    raw: Buffer,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
    appSecret: string,
  ): boolean;
  /** Never throws. A body that is no JSON is one part with an error. The hot path of ingest. */
  parse(raw: Buffer): ParsedHook;
};

/** One value that a session keeps; `value: null` removes it. */
export type KeptValue = { readonly kind: string; readonly id: string; readonly value: Uint8Array | null };

/** A message that was decrypted and is not stored yet. `entry` is the provider's own, whatever it needs to tell the message again. */
export type JournalEntry = { readonly hash: Uint8Array; readonly entry: Uint8Array };

/**
 * What a session keeps, sealed by the core. Nothing here ever answers "not there" for "could not be read": a call that fails has
 * ended the session, and its state begins again from what was committed.
 */
export type SessionStore = {
  /** Values by id; ids that have none are left out. */
  get(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** All or nothing, and nothing once another process owns the session. */
  commit(values: readonly KeptValue[], journal?: JournalEntry): Promise<void>;
  /** The entry of a ciphertext that was opened before; null: never seen, or stored since. */
  findEntry(hash: Uint8Array): Promise<Uint8Array | null>;
  /** What a crash left between decryption and storage, oldest first. */
  leftEntries(): Promise<readonly JournalEntry[]>;
  /** Their messages are stored. */
  dropEntries(hashes: readonly Uint8Array[]): void;
};

/** What a session says of itself while it lives. */
export type SessionReport =
  | { readonly kind: "pairing"; readonly qr?: string; readonly pairingCode?: string; readonly expiresAt: Date }
  /** The phone agreed; the connection starts again as a linked device. */
  | { readonly kind: "paired" }
  /** Logged in: credentials hold and traffic flows. */
  | { readonly kind: "connected"; readonly phone?: string; readonly displayName?: string }
  /** Something came over the line, an answer to a probe included. */
  | { readonly kind: "seen" }
  /** New chats are closed until then (null: the network does not say); those that exist go on. */
  | { readonly kind: "restricted"; readonly until: Date | null; readonly code: string }
  | { readonly kind: "unrestricted" };

/** Why a connection ended. `lost` may be tried again after a while, `restart` at once; the others may not. */
export type SessionEnd =
  | { readonly kind: "restart" }
  | { readonly kind: "lost"; readonly code: string }
  | { readonly kind: "pairing_expired" }
  | { readonly kind: "replaced" }
  | { readonly kind: "logged_out"; readonly code: string }
  | { readonly kind: "banned"; readonly code: string };

/** Which poll: by the network's id, and by what we gave with its send where this connection sent it. */
export type PollRef = { readonly providerMessageId: string; readonly callbackData?: string | undefined };
export type StoredPoll = { readonly options: readonly string[]; readonly votesKey: Uint8Array };

export type SessionPorts = {
  readonly store: SessionStore;
  /** Resolves when the event is stored for good; retries by itself while the database is away. */
  readonly emit: (event: InboundEvent) => Promise<void>;
  readonly report: (report: SessionReport) => void;
  /** A message of ours that a device asks for again, or undefined when it is not ours to give any more. */
  readonly recall: (providerMessageId: string) => Promise<OutboundMessage | undefined>;
  /** A poll that is stored here, whoever made it: without its key the votes cannot be read. */
  readonly poll: (ref: PollRef) => Promise<StoredPoll | undefined>;
};

/** How to come in: with what is stored, or by pairing a phone. */
export type SessionEntry =
  | { readonly method: "stored" }
  | { readonly method: "qr" }
  /** E.164 without its plus sign. */
  | { readonly method: "code"; readonly phoneNumber: string };

export type SessionOptions = {
  readonly entry: SessionEntry;
  /** How many days of the past are taken over when the phone offers them: 0, 30 or 90. */
  readonly historyDays: number;
};

/** One connection. It never reconnects by itself: the core decides whether and when. */
export type LiveSession = {
  readonly ended: Promise<SessionEnd>;
  /** Removes this device from the account and ends as `logged_out`: `asked` once the network said so, else `asked_unconfirmed`. */
  logOut(): Promise<void>;
  /** Ends the connection; what is stored stays. */
  close(): Promise<void>;
};

/** A provider that keeps a live socket. `send` and `sendSignal` of its channels work only in the process that opened it. */
export type Session<S, K> = {
  readonly mode: "session";
  open(link: Link<S, K>, ports: SessionPorts, options: SessionOptions): Promise<LiveSession>;
  /** Tells what was decrypted and is not stored yet, without a connection; resolves when it is stored. For the last moment of its keys. */
  tellLeft(ports: Pick<SessionPorts, "store" | "emit" | "poll">): Promise<void>;
};

export type ProviderTemplate = {
  readonly providerTemplateId: string;
  readonly name: string;
  readonly language: string;
  /** Lower case, open: `approved`, `pending`, `rejected`, `paused`, `disabled`, … */
  readonly status: string;
  readonly category: string;
  readonly parameterFormat: "positional" | "named";
  readonly quality?: string;
  readonly reason?: string;
  /** The provider's components as they came, for rendering and editing. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
};

export type NewTemplate = Pick<ProviderTemplate, "name" | "language" | "category" | "parameterFormat" | "components">;

export type TemplateApi<S, K> = {
  /** Every template of the account, page by page. */
  list(link: Link<S, K>, signal: AbortSignal): AsyncIterable<ProviderTemplate>;
  create(
    link: Link<S, K>,
    template: NewTemplate,
    signal: AbortSignal,
  ): Promise<{ readonly providerTemplateId: string; readonly status: string; readonly category: string }>;
  /** One language with `providerTemplateId`, all languages of the name without. */
  remove(
    link: Link<S, K>,
    template: { readonly name: string; readonly providerTemplateId?: string },
    signal: AbortSignal,
  ): Promise<void>;
};

/** Asks for the past; it arrives as `history_received` and `contact_changed`. WhatsApp: once each, within 24 h of onboarding. */
export type HistoryApi<S, K> = {
  request(link: Link<S, K>, what: "contacts" | "messages", signal: AbortSignal): Promise<void>;
};

/**
 * One messaging network, as one value. Pure translation plus network; never the database. Every function throws only
 * `ProviderError`; every network call obeys its signal.
 */
export type Provider<S, K> = {
  readonly id: ProviderId;
  readonly settings: z.ZodType<S>;
  readonly secrets: z.ZodType<K>;
  /** Settings that may change while the channel lives; the others say which number it is. */
  readonly changeable: readonly string[];
  readonly can: Capabilities;
  /** The pace of one channel, where its settings choose another than `can.rates`. */
  ratesOf?(settings: S): Capabilities["rates"];
  /** The vendor's own API origins. Any other base address needs the operator's leave. */
  readonly origins: readonly string[];
  /** Every host it calls, subdomains included: the egress allowlist and the processor list are made from these. */
  readonly hosts: readonly string[];
  /** Checks the credentials against the live network, subscribes us to its events, and reports what it found. */
  connect(link: Link<S, K>, signal: AbortSignal): Promise<Connected | NeedsPairing>;
  /** Ends the account's subscription to us, where the provider knows one. A session ends by its log-out. */
  disconnect?(link: Link<S, K>, signal: AbortSignal): Promise<void>;
  readonly receive: Hook<K> | Session<S, K>;
  /** The id that inbound parts of this channel carry (`ParsedPart.routeId`), and the account's; neither for a session. */
  routes(settings: S): { readonly channel?: string; readonly account?: string };
  send(link: Link<S, K>, message: OutboundMessage, signal: AbortSignal): Promise<SendReceipt>;
  /** Read marks and typing. */
  sendSignal(link: Link<S, K>, what: OutboundSignal, signal: AbortSignal): Promise<void>;
  fetchMedia(link: Link<S, K>, ref: MediaRef, signal: AbortSignal): Promise<Media>;
  /**
   * Asks the phone that has a file for it once more, after the network said `media_gone`; answers where it is now. Like `send`, only where
   * the connection is. `rejected`: the phone has it no more; `retry_later` of the channel: nothing was asked, or the line broke; of the
   * message: no answer that could be used.
   */
  askForMedia?(link: Link<S, K>, question: MediaQuestion, signal: AbortSignal): Promise<MediaRef>;
  readonly templates?: TemplateApi<S, K>;
  readonly history?: HistoryApi<S, K>;
};

/** A provider whose settings and secrets are its own business: what the core holds. `link.settings` must come from its schemas. */
export type AnyProvider = Provider<unknown, unknown>;
export type Providers = Readonly<Partial<Record<ProviderId, AnyProvider>>>;

declare module "../platform/context.ts" {
  interface App {
    providers: Providers;
  }
}
