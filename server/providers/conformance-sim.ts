// What the conformance tests need of a simulated network.
import type { Address } from "./address.ts";
import type { InboundEvent } from "./inbound-event.ts";
import type { MediaKind } from "./message-content.ts";
import type { OutboundContent } from "./outbound-message.ts";
import type { ProviderErrorKind } from "./provider-error.ts";

/** What a person can be made to do. Ids are the network's; `null` emoji takes a reaction back. */
export type PersonDoes =
  | { kind: "text"; text: string; replyTo?: string }
  | { kind: MediaKind | "voice"; bytes: Uint8Array; mimeType: string; caption?: string; filename?: string }
  | { kind: "location"; latitude: number; longitude: number }
  | { kind: "contacts" }
  | { kind: "reaction"; messageId: string; emoji: string | null }
  | { kind: "edit"; messageId: string; text: string }
  | { kind: "delete"; messageId: string };

/** How the next send goes wrong. */
export type SendTrouble = ProviderErrorKind | "cut_after_acceptance" | "nonsense_answer";

/** What the network took from us. */
export type Taken = {
  readonly id: string;
  readonly text: string;
  readonly replyTo?: string;
  readonly callbackData?: string;
};

/** A simulated network with one channel of ours on it, as the conformance tests need it. */
export type ConformanceSim<S, K> = AsyncDisposable & {
  readonly settings: S;
  readonly secrets: K;
  /** Secrets that the network refuses. */
  readonly wrongSecrets: readonly K[];
  /** Its origins, for the guarded fetch. */
  readonly origins: readonly string[];
  readonly person: { readonly address: Address; readonly aliases: readonly Address[]; readonly name: string };
  /** Somebody without a phone number, where the network has such people. */
  readonly hiddenPerson?: { readonly address: Address };
  does(
    what: PersonDoes,
    isHidden?: boolean,
  ): Promise<{ readonly messageId: string; readonly events: readonly InboundEvent[] }>;
  /** Everything said of our message until it was read. */
  statusesUntilRead(providerMessageId: string): Promise<readonly InboundEvent[]>;
  /** The same bodies once more, as after a lost answer of ours. */
  repeated(): readonly InboundEvent[];
  taken(): readonly Taken[];
  /** Bytes of the medium in the message taken last. */
  lastMedium(): Promise<Uint8Array>;
  /** Resolves when the network has taken what was sent; absent where `send` waits for that itself. */
  arrived?(providerMessageId: string): Promise<void>;
  /** A message as the person's phone shows it now, once all that was sent is there. Only where messages can be changed. */
  shown?(providerMessageId: string): { text: string; isEdited: boolean; isDeleted: boolean };
  isMarkedRead(messageId: string): boolean | Promise<boolean>;
  /** Absent where the network does not show it to a test. */
  isTyping?(): boolean | Promise<boolean>;
  /** Returns false if this network knows no such trouble. */
  trouble(next: SendTrouble): boolean;
  /** Every short-lived media link dies. */
  expireLinks(): void;
  /** A template that exists, with what fills it. */
  readonly template?: OutboundContent;
};

/** Samples that real networks accept, by kind. */
export type Samples = Readonly<Record<MediaKind | "voice", { readonly bytes: Uint8Array; readonly mimeType: string }>>;
