import type { Address } from "./address.ts";
import type { MessageContent, MessageContext, Referral } from "./message-content.ts";
import type { ProviderFault } from "./provider-error.ts";

/**
 * Everything a provider can tell us, in one closed union. The core switches on `type`; it never sees a provider's own shapes,
 * except in `raw`, which is stored and shown as it came.
 *
 * Common to all:
 * - `dedupeKey` is unique within the channel for one occurrence, equal for every redelivery of it. It holds provider message ids,
 *   and a WhatsApp message id encodes the phone number: index it blindly, never store or log it in clear.
 * - `occurredAt` is the provider's clock. Where the provider gives no time (some account events) it is the time of the entry, else
 *   the Unix epoch, which reads as "use receivedAt".
 * - Strings hold no NUL and no lone surrogate, so they can be stored anywhere.
 */
type Base = { readonly dedupeKey: string; readonly occurredAt: Date };

/** A person as one webhook described them. At least one alias, strongest first; `phone` may be missing. */
export type Party = {
  readonly aliases: readonly Address[];
  /** The name the person chose. Not verified by anyone. */
  readonly profileName?: string;
};

/** Emitted when a person sent a message that the team should see, including kinds we can only show as a placeholder. */
export type MessageReceived = Base & {
  readonly type: "message_received";
  readonly providerMessageId: string;
  readonly sender: Party;
  /** Present when it was said in a group; the conversation is then the group's. */
  readonly group?: Address;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  readonly referral?: Referral;
  /** Why a part of the message is missing (a medium that was too big, a kind the provider withholds). */
  readonly faults?: readonly ProviderFault[];
  /** True when a value was longer than we store and its end was cut. */
  readonly isCut?: true;
};

/** Emitted when a person put a reaction on a message, changed it, or took it back (`emoji: null`). */
export type MessageReacted = Base & {
  readonly type: "message_reacted";
  readonly providerMessageId: string;
  readonly targetProviderMessageId: string;
  readonly sender: Party;
  readonly group?: Address;
  /** True when the business reacted on its own phone; `sender` is then the person of the conversation. */
  readonly isOwn?: true;
  readonly emoji: string | null;
};

/** Emitted when a person chose options of a poll, chose others, or took the vote back (no options). Options by their words. */
export type MessageVoted = Base & {
  readonly type: "message_voted";
  readonly targetProviderMessageId: string;
  readonly sender: Party;
  readonly group?: Address;
  /** True when the business voted on its own phone; `sender` is then the person of the conversation. */
  readonly isOwn?: true;
  readonly options: readonly string[];
};

/** Emitted when the author replaced the content of an earlier message (WhatsApp: within 15 minutes). */
export type MessageEdited = Base & {
  readonly type: "message_edited";
  readonly targetProviderMessageId: string;
  readonly sender: Party;
  readonly group?: Address;
  /** True when the business edited its own message on its phone; `sender` is then the person it was sent to. */
  readonly isOwn?: true;
  readonly content: MessageContent;
  readonly isCut?: true;
};

/** Emitted when the author withdrew a message (WhatsApp: within two days). The content must not be shown any more. */
export type MessageDeleted = Base & {
  readonly type: "message_deleted";
  readonly targetProviderMessageId: string;
  readonly sender: Party;
  readonly group?: Address;
  readonly isOwn?: true;
};

export const deliveryStatuses = ["sent", "delivered", "read", "played", "failed"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export type Pricing = {
  readonly category?: string;
  readonly kind?: string;
  readonly model?: string;
  readonly isBillable?: boolean;
};

/**
 * Emitted when the fate of a message of ours became known. May come before the send call returned, out of order, and with steps
 * missing (`read` implies `delivered`); the core keeps a lattice. `callbackData` is what we gave with the send: it settles an
 * attempt whose answer was lost.
 */
export type MessageStatus = Base & {
  readonly type: "message_status";
  readonly providerMessageId: string;
  readonly status: DeliveryStatus;
  readonly faults?: readonly ProviderFault[];
  readonly callbackData?: string;
  /** Aliases of the recipient; empty on some failures: match by id alone. */
  readonly recipient: Party;
  readonly group?: Address;
  readonly pricing?: Pricing;
};

/**
 * Emitted when what we know about a person changed: new number, new user id, new key, or an address-book entry.
 * `previous` are the aliases under which they were known, `current` those that hold now; both mean the same person.
 * For `address_book`, `profileName` is the name in the business's own book; `isRemoved` means the entry was deleted, not the person.
 */
export type ContactChanged = Base & {
  readonly type: "contact_changed";
  readonly change: "number" | "user_id" | "identity_key" | "address_book";
  readonly previous: readonly Address[];
  readonly current: readonly Address[];
  readonly profileName?: string;
  readonly isRemoved?: true;
  /** Set when the provider also delivers the change as a message of its own: show it as a line in the thread. */
  readonly providerMessageId?: string;
};

/** Emitted when a person told the provider to stop or resume marketing from this business. `stop` must be obeyed at once. */
export type PreferenceChanged = Base & {
  readonly type: "preference_changed";
  readonly person: Party;
  readonly category: string;
  readonly value: "stop" | "resume";
};

/** Emitted when the business wrote from its own phone app (coexistence): show it as ours. It never opens a service window. */
export type MessageEchoed = Base & {
  readonly type: "message_echoed";
  readonly providerMessageId: string;
  readonly recipient: Party;
  readonly group?: Address;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  readonly isCut?: true;
};

export type HistoryMessage = {
  readonly providerMessageId: string;
  readonly direction: "inbound" | "outbound";
  readonly occurredAt: Date;
  readonly content: MessageContent;
  readonly context?: MessageContext;
  /** Where it stood when the history was taken. */
  readonly status?: DeliveryStatus | "pending";
  /** Who spoke, in a group. */
  readonly sender?: Party;
  readonly reaction?: { readonly targetProviderMessageId: string; readonly emoji: string | null };
  /** Options of a poll that were chosen, by their words. */
  readonly vote?: { readonly targetProviderMessageId: string; readonly options: readonly string[] };
  /** `content` is what became of this earlier message, which may come in another chunk. */
  readonly edits?: { readonly targetProviderMessageId: string };
};

/**
 * Emitted when a chunk of the past arrives after coexistence onboarding, in any order. History opens no window, raises no unread
 * and notifies nobody. `progress` is 0–100 of the whole. Media may follow as chunks that carry only the media message.
 */
export type HistoryReceived = Base & {
  readonly type: "history_received";
  readonly phase?: number;
  readonly chunk?: number;
  readonly progress?: number;
  readonly threads: readonly {
    readonly with: Party;
    readonly group?: Address;
    readonly messages: readonly HistoryMessage[];
  }[];
  /** The business declined to share its history, or the sync failed. */
  readonly faults?: readonly ProviderFault[];
  /** Messages of the chunk that could not be read, as they came. */
  readonly unreadable?: readonly unknown[];
};

/** Emitted when a template was reviewed, paused, disabled, recategorised, edited or its quality moved. Open strings, lower case. */
export type TemplateChanged = Base & {
  readonly type: "template_changed";
  readonly change: "status" | "quality" | "category" | "components";
  readonly providerTemplateId: string;
  readonly name?: string;
  /** With an underscore (`en_US`), as the API takes it; WhatsApp's webhooks print a hyphen. */
  readonly language?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly recommendation?: string;
  readonly quality?: { readonly previous?: string; readonly current: string };
  readonly category?: { readonly previous?: string; readonly current?: string; readonly announced?: string };
};

/**
 * Emitted when the provider changed something about the number or the account. `severity` is our reading: `stop` means sending is
 * blocked or will be, `warn` wants a person's eye, `info` is for the record. `details` are flat provider values for the screen.
 */
export type ChannelChanged = Base & {
  readonly type: "channel_changed";
  readonly change:
    | "quality"
    | "limit"
    | "restriction"
    | "ban"
    | "violation"
    | "review"
    | "name"
    | "username"
    | "security"
    | "alert"
    | "partner"
    | "settings"
    | "other";
  readonly severity: "info" | "warn" | "stop";
  /** The provider's own word, lower case (`account_restriction`, `throughput_upgrade`). */
  readonly providerEvent: string;
  /** E.164 of the number meant, when the event names one: account events are routed by account, not by number. */
  readonly phone?: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
};

/** Emitted when the provider reports a fault that belongs to the channel and to no message (throughput, out-of-band errors). */
export type ProviderErrorReported = Base & {
  readonly type: "provider_error";
  readonly fault: ProviderFault;
};

/**
 * Emitted when a part is well-formed but not one of the above (calls, groups' life, flows, payments, whatever comes next).
 * Stored and counted, shown in the channel's health, never dropped. `reason` says why we did not read it. `raw` is a complete hook
 * body that holds only this item, so replaying it is `parse(Buffer.from(JSON.stringify(raw)))`.
 */
export type UnknownEvent = Base & {
  readonly type: "unknown";
  readonly field: string;
  readonly reason: string;
  readonly raw: unknown;
};

export type InboundEvent =
  | MessageReceived
  | MessageReacted
  | MessageVoted
  | MessageEdited
  | MessageDeleted
  | MessageStatus
  | ContactChanged
  | PreferenceChanged
  | MessageEchoed
  | HistoryReceived
  | TemplateChanged
  | ChannelChanged
  | ProviderErrorReported
  | UnknownEvent;
