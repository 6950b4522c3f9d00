// The words of the privacy page. Which of them appear is decided by policy-facts.ts.
import type { PolicyChange } from "./compare-policies.ts";

export const categoryWords: Record<string, string> = {
  "organization.name": "Name of the workspace",
  "user.content": "What was said: texts, files, notes, and what was noted about a person",
  "user.name": "Names",
  "user.contact.email": "E-mail addresses",
  "user.contact.phone_number": "Phone numbers",
  "user.unique_id": "Phone numbers and ids at the messaging services",
  "user.device": "Network address and kind of browser",
  "user.behavior": "When something was last used",
  "credential.verifier": "Fingerprints of passwords, keys and links",
  "credential.secret": "Secrets of channels and webhooks",
  "financial.invoice": "Invoices",
};

export const purposeWords: Record<string, string> = {
  deliver: "to carry messages",
  inbox: "for the shared inbox",
  security: "to keep the service secure",
  insight: "for figures without names",
  billing: "to bill",
  account: "to run accounts",
};

export const protectWords: Record<string, string> = {
  plain: "as it is",
  sealed: "encrypted under a key of its owner",
  hash: "as a fingerprint only",
  "blind-index": "as a keyed fingerprint",
};

export const rightWords: Record<string, string> = {
  access: "see what is held about you",
  portability: "take a copy with you, readable by people and by programs",
  rectify: "have it corrected",
  erase: "have it erased",
  restrict: "have its use stopped",
  object: "object to its use",
  withdraw: "take a consent back, as easily as you gave it",
  complaint: "complain, to us and to your data protection authority",
  human_review: "have a person look at it: nothing here decides about you by itself",
};

const kindWords: Record<PolicyChange["kind"], string> = {
  new_category: "A new kind of data is held",
  new_purpose: "Data is used for something new",
  new_recipient: "Somebody new receives data",
  new_country: "Data goes to a new country",
  longer_retention: "Data is kept longer",
  weaker_protection: "Data is protected less",
  lost_right: "A right is gone",
  other: "Wording, or less than before",
};

export const changeSentence = ({ kind, what }: PolicyChange): string => `${kindWords[kind]}: ${what}.`;

export const keptWords = (days: number | null): string =>
  days === null ? "as long as what it belongs to" : days === 1 ? "at most a day" : `at most ${days} days`;
