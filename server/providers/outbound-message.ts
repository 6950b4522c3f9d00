import type { Address } from "./address.ts";
import type { SharedContact } from "./message-content.ts";

/**
 * A medium that leaves. Uploaded to the provider, never linked: a link would put our blobs on the open web.
 * `open` may be called again on a retry. With `providerMediaId` set the bytes are already there (WhatsApp keeps them 30 days).
 */
export type OutboundMedia = {
  readonly mimeType: string;
  readonly byteLength: number;
  readonly filename?: string;
  readonly providerMediaId?: string;
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
};

export type InteractiveHeader =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "image" | "video" | "document"; readonly media: OutboundMedia };

type InteractiveFrame = { readonly header?: InteractiveHeader; readonly body: string; readonly footer?: string };

export type OutboundInteractive =
  | (InteractiveFrame & {
      readonly kind: "buttons";
      readonly buttons: readonly { readonly id: string; readonly title: string }[];
    })
  | (InteractiveFrame & {
      readonly kind: "list";
      readonly buttonText: string;
      readonly sections: readonly {
        readonly title?: string;
        readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[];
      }[];
    })
  | (InteractiveFrame & { readonly kind: "cta_url"; readonly buttonText: string; readonly url: string })
  | { readonly kind: "location_request"; readonly body: string };

/** A value for one placeholder. `name` for templates with named placeholders, absent for positional ones. */
export type TemplateParameter =
  | { readonly kind: "text"; readonly name?: string; readonly text: string }
  | {
      readonly kind: "currency";
      readonly name?: string;
      readonly fallback: string;
      readonly code: string;
      readonly amount1000: number;
    }
  | { readonly kind: "date_time"; readonly name?: string; readonly fallback: string }
  | { readonly kind: "image" | "video" | "document"; readonly media: OutboundMedia }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    };

/** `index` is the button's position in the template, from 0. */
export type TemplateButton =
  | { readonly kind: "quick_reply"; readonly index: number; readonly payload: string }
  | { readonly kind: "url"; readonly index: number; readonly suffix: string }
  | { readonly kind: "copy_code"; readonly index: number; readonly code: string }
  | {
      readonly kind: "flow";
      readonly index: number;
      readonly token?: string;
      readonly data?: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "catalog"; readonly index: number; readonly thumbnailProductId?: string };

export type TemplateFill = {
  readonly header?: readonly TemplateParameter[];
  readonly body?: readonly TemplateParameter[];
  readonly buttons?: readonly TemplateButton[];
};

export type OutboundTemplate = TemplateFill & {
  readonly name: string;
  readonly language: string;
  /** 2–10 cards, in order. */
  readonly cards?: readonly TemplateFill[];
  /** When a limited-time offer ends. */
  readonly offerExpiresAt?: Date;
};

/** `votesKey`: 32 random bytes that go with the poll, for networks that seal the votes with them. */
export type OutboundPoll = {
  readonly kind: "poll";
  readonly question: string;
  readonly options: readonly string[];
  readonly isMultipleChoice: boolean;
  readonly votesKey: Uint8Array;
};

export type OutboundContent =
  | { readonly kind: "text"; readonly text: string; readonly hasLinkPreview?: boolean }
  | { readonly kind: "image"; readonly media: OutboundMedia; readonly caption?: string }
  | { readonly kind: "video"; readonly media: OutboundMedia; readonly caption?: string }
  | { readonly kind: "audio"; readonly media: OutboundMedia }
  /** A voice note: Ogg with Opus, mono. */
  | { readonly kind: "voice"; readonly media: OutboundMedia }
  | { readonly kind: "document"; readonly media: OutboundMedia; readonly caption?: string }
  | { readonly kind: "sticker"; readonly media: OutboundMedia }
  | {
      readonly kind: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly name?: string;
      readonly address?: string;
    }
  | { readonly kind: "contacts"; readonly contacts: readonly SharedContact[] }
  /** `emoji: null` takes the reaction back. */
  | { readonly kind: "reaction"; readonly targetProviderMessageId: string; readonly emoji: string | null }
  /** Other words for a text of ours. The network takes it until `until`. */
  | { readonly kind: "edit"; readonly targetProviderMessageId: string; readonly text: string; readonly until: Date }
  /** Withdraws a message of ours from everybody. */
  | { readonly kind: "delete"; readonly targetProviderMessageId: string; readonly until: Date }
  | OutboundPoll
  | { readonly kind: "interactive"; readonly interactive: OutboundInteractive }
  | { readonly kind: "template"; readonly template: OutboundTemplate };

export type OutboundKind = OutboundContent["kind"];

export type OutboundMessage = {
  readonly to: Address;
  readonly content: OutboundContent;
  /** Provider id of the message this one answers; ignored for reactions. */
  readonly replyTo?: string;
  /** Who wrote the message that this one answers or reacts to: networks without servers of their own name it by its author too. */
  readonly refersTo?: { readonly isOwn: boolean; readonly author?: Address };
  /** Comes back in every status of this message; ids only, never content. */
  readonly callbackData?: string;
};

/** Things that are not messages and may be lost without harm. `typing` on WhatsApp also marks read and lasts up to 25 s. */
export type OutboundSignal =
  /** `to`: whose conversation it is; `author`: who wrote the message, in a group. */
  | { readonly kind: "read"; readonly providerMessageId: string; readonly to?: Address; readonly author?: Address }
  | { readonly kind: "typing"; readonly providerMessageId: string; readonly to?: Address; readonly author?: Address };
