// Why a message will not arrive: stored as codes, shown as a sentence that a person understands.
import { faultSentences, type FaultSentence } from "../providers/fault-sentences.ts";
import type { ProviderFault } from "../providers/provider-error.ts";
import type { MessageView } from "./message-view.ts";

/** Reasons of our own, beside the providers'. */
const ownSentences = {
  content_gone: {
    happened: "The message or a file of it was destroyed before it was sent.",
    means: "It will not be sent.",
    toDo: "Write it again if it is still needed.",
  },
  contact_restricted: {
    happened: "This person asked that their data not be used for now.",
    means: "The message was not sent.",
    toDo: "Look at the person's privacy record.",
  },
  contact_minor: {
    happened: "This person was reported as a child, and marketing never goes to children.",
    means: "The message was not sent.",
    toDo: "If it is not so, refuse the report in the queue of requests.",
  },
  no_consent: {
    happened: "No consent to marketing is on record for this person, and they did not write first.",
    means: "The message was not sent.",
    toDo: "Record the consent they gave, or ask them for it.",
  },
  channel_disconnected: {
    happened: "The channel is not connected any more.",
    means: "The message was not sent.",
    toDo: "Connect the channel again, then send the message again.",
  },
  cancelled: {
    happened: "The message was cancelled before it was sent.",
    means: "The person does not get it.",
    toDo: "Send it again if it is wanted after all.",
  },
  change_too_late: {
    happened: "The time in which the network lets a message be changed was over before it could be reached.",
    means: "People see the message as it was.",
    toDo: "Send another message that says it.",
  },
  retries_over: {
    happened: "The provider could not take the message for a whole day.",
    means: "It was not sent, and will not be tried again.",
    toDo: "Check the channel's health, then send it again.",
  },
  phone_away: {
    happened: "The linked phone was not connected for too long.",
    means: "The message was not sent, and will not be tried again.",
    toDo: "Link or restart the phone, then send it again.",
  },
  phone_logged_out: {
    happened: "The phone was logged out before the message went.",
    means: "It was not sent, and will not be tried again.",
    toDo: "Link a phone, then send it again.",
  },
} as const satisfies Record<string, FaultSentence>;

/** Everything that is said of a message that failed, by its key. The app says the same in other languages by these keys. */
export const messageFaults: Readonly<Record<string, FaultSentence>> = { ...faultSentences, ...ownSentences };

/** What `message.error` holds: codes only, never the provider's own text (it may quote the message). */
export interface StoredError {
  /** ours, stable: `message.` and the kind of the fault */
  code: string;
  /** the provider's */
  providerCode?: string;
  /** key of `faultSentences` */
  sentence: string;
}

export function errorOfFault(fault: ProviderFault): StoredError {
  const code = fault.isOutcomeUnknown ? "outcome_unknown" : fault.kind;
  return { code: `message.${code}`, providerCode: fault.code, sentence: fault.sentence };
}

export const outcomeUnknownError: StoredError = { code: "message.outcome_unknown", sentence: "outcome_unknown" };
export const contentGoneError: StoredError = { code: "message.content_gone", sentence: "content_gone" };
export const contactRestrictedError: StoredError = {
  code: "message.contact_restricted",
  sentence: "contact_restricted",
};
export const contactMinorError: StoredError = { code: "message.contact_minor", sentence: "contact_minor" };
export const channelGoneError: StoredError = { code: "message.channel_disconnected", sentence: "channel_disconnected" };
export const optedOutError: StoredError = { code: "message.opted_out", sentence: "opted_out" };
export const noConsentError: StoredError = { code: "message.no_consent", sentence: "no_consent" };
export const cancelledError: StoredError = { code: "message.cancelled", sentence: "cancelled" };
export const changeTooLateError: StoredError = { code: "message.change_too_late", sentence: "change_too_late" };
export const retriesOverError: StoredError = { code: "message.retries_over", sentence: "retries_over" };
export const phoneAwayError: StoredError = { code: "message.phone_away", sentence: "phone_away" };
export const phoneLoggedOutError: StoredError = { code: "message.phone_logged_out", sentence: "phone_logged_out" };

export const windowClosedError: StoredError = { code: "message.window_closed", sentence: "window_closed" };

export function viewError(stored: StoredError): NonNullable<MessageView["error"]> {
  const { happened, means, toDo } = messageFaults[stored.sentence] ?? faultSentences.unknown;
  return {
    code: stored.code,
    ...(stored.providerCode === undefined ? {} : { providerCode: stored.providerCode }),
    sentence: `${happened} ${means} ${toDo}`,
    sentenceKey: stored.sentence,
  };
}
