// The words of `/privacy/security` and `/privacy/evidence` in each language. What a requirement or a promise says stays in English.
import type { Shown } from "./asvs.ts";

type CategoryKey = "data" | "sec" | "ret" | "rights" | "cons" | "share" | "comm" | "cook" | "feat" | "bill";

export interface ProofText {
  short: string;
  security: Record<
    | "title"
    | "intro"
    | "total"
    | "project"
    | "own"
    | "ownNone"
    | "open"
    | "reviews"
    | "looked"
    | "report"
    | "every"
    | "everyIntro"
    | "id"
    | "asks"
    | "state"
    | "why"
    | "evidence",
    string
  >;
  /** how a requirement stands */
  state: Record<Shown, string>;
  /** of ASVS, in their order, with a semicolon between */
  chapters: string;
  evidence: Record<
    | "title"
    | "intro"
    | "proved"
    | "faults"
    | "checked"
    | "unchecked"
    | "only"
    | "pending"
    | "pendingIntro"
    | "promise"
    | "test"
    | "function"
    | "tests"
    | "exactly"
    | "security",
    string
  >;
  category: Record<CategoryKey, string>;
}

export const en: ProofText = {
  short: "In short",
  security: {
    title: "Security",
    intro:
      "What the project found when it held version {version} against a public list of requirements, OWASP ASVS {edition}, levels 1 and 2. It answers for itself; nobody else looked.",
    total: "Requirements",
    project: "The project reviewed version {version} on {at}.",
    own: "The operator reviewed this server on {at} ({by}).",
    ownNone: "The operator of this server has recorded no review of it yet.",
    open: "What is not met; the reasons stand with its chapter below",
    reviews: "Reviews",
    looked: "What the project looked at",
    report: "The operator's report",
    every: "Every requirement",
    everyIntro: "What a requirement asks is in our own words, in English. The standard's own text counts:",
    id: "Id",
    asks: "Asks",
    state: "State",
    why: "Why",
    evidence: "Evidence",
  },
  state: {
    met: "met",
    unproved: "called met, not proved by the recorded run",
    not_applicable: "not applicable",
    not_met: "not met",
  },
  chapters:
    "Encoding and sanitising;Validation and business logic;Web pages;API;Files;Authentication;Sessions;Authorisation;Self-contained tokens;OAuth and OIDC;Cryptography;Communication;Configuration;Data protection;Code and architecture;Logs and errors;WebRTC",
  evidence: {
    title: "What is proved",
    intro: "Each promise below is held by tests that run against the real software.",
    proved: "Promises that are proved",
    faults: "Deliberate faults that these tests noticed",
    checked: "Last checked on {at}, as of commit {commit}.",
    unchecked: "This version was not checked yet, so nothing is claimed.",
    only: "A promise without a passing test is not on this page.",
    pending: "Pending: not claimed",
    pendingIntro: "Promises about functions that do not exist yet.",
    promise: "Promise",
    test: "Proof",
    function: "Function",
    tests: "Tests: {n}",
    exactly: "What is tested",
    security: "Reviews and checklist of security",
  },
  category: {
    ...{ data: "Data", sec: "Security", ret: "Keeping and deleting", rights: "Rights", cons: "Consent" },
    ...{ share: "Sharing", comm: "Telling you", cook: "Cookies", feat: "Functions", bill: "Payment" },
  },
};
