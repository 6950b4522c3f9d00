import type { ProviderFault } from "../provider-error.ts";
import { ProviderError } from "../provider-error.ts";

/** New chats are closed for this account; those that exist go on. */
export const TIME_LOCK = "463";

/** What a refusal by the server means. Codes: the library's NACK_REASONS and SERVER_ERROR_CODES, 7.0.0-rc14 (2026-11-20). */
export function faultOfNack(code: string): ProviderFault {
  switch (code) {
    case TIME_LOCK:
      return { kind: "rejected", code, scope: "recipient", sentence: "new_chats_closed" };
    case "401":
    case "403":
      return { kind: "recipient_unreachable", code, scope: "recipient", sentence: "undeliverable" };
    case "429":
      return { kind: "rejected", code, scope: "channel", sentence: "rate_limited" };
    default:
      return { kind: "rejected", code: code.slice(0, 32), scope: "message", sentence: "unknown" };
  }
}

/** Neither the network nor the phone has the file any more. */
export const gone: ProviderFault = { kind: "rejected", code: "media_gone", scope: "message", sentence: "media_gone" };

/** The phone is off, or its answer cannot be opened. */
export const noAnswer: ProviderFault = {
  ...{ kind: "retry_later", code: "no_answer", scope: "message", afterMs: 3_600_000, sentence: "unknown" },
};

export const refuse = (fault: ProviderFault): ProviderError => new ProviderError(fault);

/** There is no connection now. The core keeps the message. */
export const notConnected = (code = "not_connected", afterMs = 5_000): ProviderError =>
  refuse({ kind: "retry_later", code, scope: "channel", afterMs, sentence: "not_connected" });
