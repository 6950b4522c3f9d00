import type { FaultSentenceKey } from "./fault-sentences.ts";

/**
 * Why a provider would not do something, in words the core can act on:
 *
 * - `retry_later`: try again after `afterMs`, no sooner; `scope` says who has to wait.
 * - `rejected`: this request will never work as it is.
 * - `recipient_unreachable`: this person cannot be reached on this channel.
 * - `window_closed`: outside the service window; a template is needed.
 * - `auth_lost`: the token or a permission is gone; stop the channel until someone reconnects it.
 * - `banned`: the account is locked, restricted or disabled; stop the channel.
 * - `opted_out`: the person stopped marketing; record it, never retry.
 * - `unknown`: nothing above. For a send this means the outcome is unknown too when `isOutcomeUnknown` is set.
 */
export const providerErrorKinds = [
  "retry_later",
  "rejected",
  "recipient_unreachable",
  "window_closed",
  "auth_lost",
  "banned",
  "opted_out",
  "unknown",
] as const;
export type ProviderErrorKind = (typeof providerErrorKinds)[number];

/** Who a fault concerns: one person, one message, one number, or the whole account behind it. */
export type FaultScope = "message" | "recipient" | "channel" | "account";

/** A fault as data: thrown inside a `ProviderError`, or carried by a status. `code` is the provider's own, as text. */
export type ProviderFault = {
  readonly kind: ProviderErrorKind;
  readonly code: string;
  readonly scope: FaultScope;
  /** Milliseconds to wait, for `retry_later`. A floor for the first retry; the caller backs off from there. */
  readonly afterMs?: number;
  /** Key into `faultSentences`: what happened, what it means, what to do. */
  readonly sentence: FaultSentenceKey;
  /** The provider's explanation. May quote what was sent: store it sealed, never log it. */
  readonly detail?: string;
  /** The request may have been carried out all the same (the answer was lost). Never resend by itself. */
  readonly isOutcomeUnknown?: true;
  /** The provider's id for this failure, for its support. */
  readonly traceId?: string;
};

/** The only thing `send`, `fetchMedia`, `connect` and the template calls throw. Its message holds kind and code, never content. */
export class ProviderError extends Error {
  declare readonly fault: ProviderFault;
  constructor(fault: ProviderFault, options?: ErrorOptions) {
    super(`provider refused: ${fault.kind} (${fault.code})`, options);
    this.name = "ProviderError";
    // Not enumerable: loggers print enumerable properties, and the provider's explanation may quote what was sent.
    Object.defineProperty(this, "fault", { value: fault, enumerable: false });
  }
}
