/** What a message says. Used for what arrives; `OutboundMessage` says what may leave. */

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/**
 * Where the bytes of a received medium are. Fetched later by a job through `Provider.fetchMedia`; never inside the webhook.
 * `id` is the durable handle (WhatsApp: 7 days), `url` a short-lived shortcut (WhatsApp: 5 minutes).
 */
export type MediaRef = {
  readonly id: string;
  readonly url?: string;
  readonly mimeType: string;
  /** Lower-case hex whatever the provider sent; absent when it sent something that is no SHA-256. */
  readonly sha256?: string;
  readonly byteLength?: number;
  readonly filename?: string;
};

export type SharedContact = {
  readonly name: string;
  readonly phones: readonly { readonly number: string; readonly type?: string; readonly userId?: string }[];
  readonly emails: readonly { readonly email: string; readonly type?: string }[];
  readonly urls: readonly { readonly url: string; readonly type?: string }[];
  readonly addresses: readonly { readonly text: string; readonly type?: string }[];
  readonly organisation?: { readonly company?: string; readonly department?: string; readonly title?: string };
  readonly birthday?: string;
  readonly vcard?: string;
};

export type OrderItem = {
  readonly productId: string;
  readonly quantity: number;
  /** As printed by the provider, in major units of `currency`. */
  readonly price: number;
  readonly currency: string;
};

/** What someone chose or filled in, in answer to an interactive message of ours. */
export type InteractiveReply =
  | { readonly kind: "button"; readonly id: string; readonly title: string }
  | { readonly kind: "list"; readonly id: string; readonly title: string; readonly description?: string }
  /** `fields` is the submitted form; values are kept as they came (strings, numbers, lists). */
  | {
      readonly kind: "flow";
      readonly name?: string;
      readonly text?: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "call_permission"; readonly isAccepted: boolean; readonly expiresAt?: Date }
  | { readonly kind: "payment"; readonly reference?: string; readonly status?: string }
  /** A reply kind we do not know yet; `raw` is the provider's object. */
  | { readonly kind: "other"; readonly providerKind: string; readonly raw: unknown };

export type MessageContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image"; readonly media: MediaRef; readonly caption?: string }
  | { readonly kind: "video"; readonly media: MediaRef; readonly caption?: string }
  | { readonly kind: "audio"; readonly media: MediaRef; readonly isVoice: boolean }
  | { readonly kind: "document"; readonly media: MediaRef; readonly caption?: string }
  | { readonly kind: "sticker"; readonly media: MediaRef; readonly isAnimated: boolean }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
      readonly url?: string;
    }
  | { readonly kind: "contacts"; readonly contacts: readonly SharedContact[] }
  | { readonly kind: "interactive_reply"; readonly reply: InteractiveReply }
  /** A quick-reply button of a template. WhatsApp sends it apart from interactive replies. */
  | { readonly kind: "template_button"; readonly text: string; readonly payload?: string }
  | {
      readonly kind: "order";
      readonly catalogId?: string;
      readonly text?: string;
      readonly items: readonly OrderItem[];
    }
  /** `votesKey`, base64: what the network seals votes with, where it sent one. */
  | {
      readonly kind: "poll";
      readonly question: string;
      readonly options: readonly string[];
      readonly isMultipleChoice: boolean;
      readonly votesKey?: string;
    }
  /** A line about the conversation rather than in it ("changed their number"). */
  | { readonly kind: "system"; readonly systemKind: string; readonly text?: string }
  /** A history entry whose medium was not delivered (it may follow on its own, or never). */
  | { readonly kind: "media_placeholder" }
  /** Shown as a placeholder: the provider would not hand the message over, or sent a kind newer than this code. `raw` is its object. */
  | {
      readonly kind: "unsupported";
      readonly providerKind: string;
      readonly code?: string;
      readonly raw: unknown;
    };

/** The advertisement or post a message came from. URLs that are not http(s) or over 2,048 characters are left out. */
export type Referral = {
  readonly sourceKind?: string;
  readonly sourceId?: string;
  readonly sourceUrl?: string;
  readonly headline?: string;
  readonly body?: string;
  readonly mediaKind?: string;
  readonly mediaUrl?: string;
  readonly thumbnailUrl?: string;
  readonly clickId?: string;
  readonly welcomeText?: string;
};

/** What a message refers to. `isForwarded` may stand without a quoted message. */
export type MessageContext = {
  readonly replyTo?: { readonly providerMessageId: string; readonly from?: string };
  readonly isForwarded?: true;
  readonly isFrequentlyForwarded?: true;
  readonly product?: { readonly catalogId?: string; readonly productId?: string };
};
