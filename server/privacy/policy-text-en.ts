// The words of the privacy page. Which of them appear is decided by policy-facts.ts.
import type { PolicyChange } from "./compare-policies.ts";

export interface PolicyText {
  page: Record<
    | "title"
    | "inForceSince"
    | "inForceFrom"
    | "made"
    | "gpc"
    | "coming"
    | "comingLink"
    | "versions"
    | "versionsIntro"
    | "version"
    | "told"
    | "toldMaterial"
    | "compared"
    | "toldFrom"
    | "nav"
    | "nav.policy"
    | "nav.versions"
    | "nav.cookies"
    | "language"
    | "missing"
    | "places.caption"
    | "cookies.caption"
    | "where"
    | "what"
    | "stored"
    | "kept"
    | "name"
    | "necessity"
    | "register"
    | "purpose"
    | "country"
    | "transfer"
    | "agreement"
    | "theirPolicy"
    | "annex"
    | "evidence"
    | "checklist"
    | "reviewed"
    | "storage"
    | "keptMonths"
    | "wordsSince"
    | "wordsBefore",
    string
  >;
  section: Record<SectionKey, string>;
  sentence: Record<
    | "who.operator"
    | "who.region"
    | "who.host"
    | "who.noRegion"
    | "who.trial"
    | "receives.countries"
    | "receives.channel"
    | "who.business"
    | "receives.nobody"
    | "receives.authority"
    | "receives.gets"
    | "stays.channels"
    | "stays.erased"
    | "protected.risk"
    | "cookies.none"
    | "cookies.counted"
    | "cookies.gpc"
    | "may"
    | "how.ask"
    | "how.write",
    string
  >;
  category: Record<string, string>;
  purpose: Record<string, string>;
  /** the ground in law that a purpose rests on */
  basis: Record<string, string>;
  protect: Record<string, string>;
  right: Record<string, string>;
  change: Record<PolicyChange["kind"], string>;
  transfer: Record<
    "adequacy" | "dpf" | "scc" | "bcr" | "none" | "since" | "assessed" | "notAssessed" | "until",
    string
  >;
  storage: Record<"default" | "none" | "country", string>;
  necessity: Record<string, string>;
  kept: Record<
    "parent" | "day" | "days" | "forDays" | "forMinutes" | "with-row" | "in-memory" | "until-removed",
    string
  >;
  /** what a declaration says in English; absent for English itself */
  recipient: Record<string, { does: string; when: string; country: string; keeps?: string }>;
  cookie: Record<string, string>;
}

export const sectionKeys = [
  "who",
  "collected",
  "used",
  "receives",
  "stays",
  "protected",
  "cookies",
  "may",
  "how",
] as const;
export type SectionKey = (typeof sectionKeys)[number];

export const en: PolicyText = {
  page: {
    title: "Privacy policy of {name}",
    inForceSince: "Version {number}, in force since",
    inForceFrom: "Version {number}, in force from",
    made: "Made from the declarations by which the software deletes, exports and seals.",
    gpc: "Your browser sends Global Privacy Control. It is honoured.",
    coming: "Version {number} comes into force on {at}.",
    comingLink: "See what changes",
    versions: "Versions of the privacy policy",
    versionsIntro: "None is ever changed or removed.",
    version: "Version {number}",
    told: "Told on {told}, in force from {at}.",
    toldMaterial: "Told on {told}, in force from {at}. It matters:",
    compared: "Version {number} compared with {before}",
    toldFrom: "Told on {told}, in force from",
    nav: "Privacy",
    "nav.policy": "Policy in force",
    "nav.versions": "All versions",
    "nav.cookies": "Cookies",
    language: "Language",
    missing: "There is no such version",
    "places.caption": "Every place, from the declarations that the software itself works by",
    "cookies.caption": "Everything that is kept in a browser",
    where: "Where",
    what: "What",
    stored: "Stored",
    kept: "Kept",
    name: "Name",
    register: "Everyone who receives data, and on which ground",
    purpose: "What for",
    country: "Country",
    transfer: "Transfer",
    agreement: "Agreement on data",
    storage: "Set for the numbers here: {set}.",
    keptMonths: "At most {months} months, as the operator has set it there.",
    wordsSince: "In these words since {at}.",
    wordsBefore: "What is new since those of {at} is marked.",
    annex: "The annex to the contract on processing, with the measures that are on",
    evidence: "What is proved by tests, promise by promise",
    checklist: "The security checklist (OWASP ASVS), with what is not met",
    reviewed: "Security was last reviewed on {at}.",
    theirPolicy: "their own policy",
    necessity: "Needed for",
  },
  section: {
    who: "Who answers for it",
    collected: "What is collected",
    used: "What it is used for",
    receives: "Who receives it",
    stays: "How long it stays",
    protected: "How it is protected",
    cookies: "Cookies",
    may: "What you may do",
    how: "How",
  },
  sentence: {
    "who.operator": "{name} runs this server and answers for it. Write to {contact}.",
    "who.region": "The server stands in {region}.",
    "who.host": "The server is hosted by {host}, in {country}.",
    "receives.countries": "Data is in these countries: {countries}.",
    "receives.channel": "A messaging network is listed here as soon as a business connects a channel of it.",
    "who.noRegion": "The operator has not said yet where the server stands (setting {setting}).",
    "who.trial": "The server runs on the computer of whoever tries it out here, not at a hosting company.",
    "who.business":
      "For what a business writes with its customers here, that business decides, and the operator acts on its instruction.",
    "receives.nobody": "Nobody else. Nothing is sold, rented or used for advertising, and nothing trains a model.",
    "receives.authority":
      "An authority gets data only where the law demands it, after two people approved, and it is written down.",
    "receives.gets": "{who} ({country}): {does} {when} It receives: {what}.",
    "stays.channels":
      "Each channel keeps what was said in full, for a number of days, or only until it is delivered; its owner chooses, and a stricter choice reaches back.",
    "stays.erased":
      "Erased data is unreadable at once, because its key is destroyed; encrypted remnants, and a keyed index of addresses, leave the backups within 30 days.",
    "protected.risk":
      "No method is perfectly secure. If something is breached, the businesses concerned hear of it without delay and the authority within 72 hours.",
    "cookies.none": "There is nothing else: no advertising, no asset of anybody else before you agreed to it.",
    "cookies.counted":
      "How often public pages are opened is counted per day, without a cookie and without anything about you.",
    "cookies.gpc": "A Global Privacy Control signal is honoured as a refusal, and as an objection to being counted.",
    may: "You may {what}.",
    "how.ask":
      "A customer of a business here: ask it in your chat for the link to your own page. Somebody who signs in: in the settings, or by mail.",
    "how.write": "In any case: {contact}. The answer comes within a month. Accounts are for adults (18 and older).",
  },
  category: {
    "organization.name": "Name of the workspace",
    "organization.unique_id": "What a connected number or page is called at its provider",
    "user.content": "What was said: texts, files, notes, and what was noted about a person",
    "user.name": "Names",
    "user.contact.email": "E-mail addresses",
    "user.contact.phone_number": "Phone numbers",
    "user.unique_id": "Phone numbers and ids at the messaging services",
    "user.device": "Network address and kind of browser",
    "user.behavior": "When something was last used",
    "user.special":
      "Special categories: what a business notes about its contacts on health, religion, origin, politics, trade unions, sex life, biometrics, genetics or offences, where it turned that on",
    "credential.verifier": "Fingerprints of passwords, keys and links",
    "credential.secret": "Secrets of channels and webhooks",
    "financial.invoice": "Invoices",
  },
  purpose: {
    deliver: "to carry messages",
    inbox: "for the shared inbox",
    security: "to keep the service secure",
    insight: "for figures without names",
    billing: "to bill",
    account: "to run accounts",
  },
  basis: {
    contract: "a contract needs it",
    legitimate_interests: "a legitimate interest",
    legal_obligation: "the law demands it",
    consent: "only after you agreed",
  },
  protect: {
    plain: "as it is",
    sealed: "encrypted under a key of its owner",
    hash: "as a fingerprint only",
    "blind-index": "as a keyed fingerprint",
  },
  right: {
    access: "see what is held about you",
    portability: "take a copy with you, readable by people and by programs",
    rectify: "have it corrected",
    erase: "have it erased",
    restrict: "have its use stopped",
    object: "object to its use",
    withdraw: "take a consent back, as easily as you gave it",
    complaint: "complain, to us and to your data protection authority",
    human_review: "have a person look at it: nothing here decides about you by itself",
  },
  change: {
    new_controller: "Somebody else answers for your data",
    new_category: "A new kind of data is held",
    new_purpose: "Data is used for something new",
    new_recipient: "Somebody new receives data",
    new_country: "Data goes to a new country",
    longer_retention: "Data is kept longer",
    weaker_protection: "Data is protected less",
    lost_right: "A right is gone",
    other: "Wording, or less than before",
  },
  transfer: {
    adequacy: "adequacy decision of the European Commission",
    dpf: "EU-US Data Privacy Framework",
    scc: "standard contractual clauses, module {module}",
    bcr: "binding corporate rules",
    none: "no transfer mechanism needed or recorded",
    since: "since {at}",
    assessed: "impact assessed on {at}",
    notAssessed: "impact not assessed by the operator",
    until: "until {at}",
  },
  storage: { default: "Meta's copy for up to 30 days", none: "no copy", country: "a copy only in {country}" },
  necessity: {
    strictly_necessary: "strictly necessary",
    preference: "a preference you chose",
    analytics: "analytics, after you agreed",
  },
  kept: {
    parent: "as long as what it belongs to",
    day: "at most a day",
    days: "at most {days} days",
    forDays: "{count} days",
    forMinutes: "{count} min",
    "with-row": "with what it belongs to",
    "in-memory": "until the process ends",
    "until-removed": "until it is removed",
  },
  recipient: {},
  cookie: {},
};
