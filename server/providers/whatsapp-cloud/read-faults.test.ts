import { describe, expect, test } from "vitest";

import { faultSentences } from "../fault-sentences.ts";
import { errorTable } from "./error-table.ts";
import { readFault } from "./read-faults.ts";

// The vendor's list, by what the core does with it:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
const kinds = {
  auth_lost: [0, 190, 3, 10, 200, 294, 299, 131005],
  retry_later: [
    1, 2, 4, 80007, 131000, 131016, 133004, 130429, 131056, 131048, 131057, 2494100, 134101, 132069, 133015, 133016,
    131208,
  ],
  window_closed: [131047],
  opted_out: [131050],
  recipient_unreachable: [131026, 130472, 130497, 131021, 131030],
  banned: [131031, 368],
  rejected: [
    131049, 131037, 131042, 131045, 131051, 131052, 131053, 131008, 131009, 100, 33, 135000, 131055, 131061, 131062,
    132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 133000, 133005, 133006, 133008, 133009,
    133010, 134011, 134100, 134102, 137000, 131060, 2593107, 2593108, 2593109, 131020, 131041, 131059, 131201, 131207,
    131215,
  ],
  unknown: [987_654, 300, 20, 2000],
};

describe.each(Object.entries(kinds))("the core reads as %s", (kind, codes) => {
  test.each(codes)("code %d", (code) => {
    const fault = readFault({ code, message: `(#${code}) synthetic` });
    expect(fault).toMatchObject({ kind, code: String(code) });
    expect(fault.afterMs !== undefined).toBe(kind === "retry_later");
  });
});

test("every rule has a sentence, and a delay exactly when it says retry", () => {
  for (const rule of Object.values(errorTable)) {
    expect(faultSentences).toHaveProperty(rule.sentence);
    expect(rule.afterMs !== undefined).toBe(rule.kind === "retry_later");
  }
});

test("every sentence says what happened, what it means and what to do, without codes [ONE-18]", () => {
  for (const sentence of Object.values(faultSentences)) {
    for (const part of Object.values(sentence)) {
      expect(part).toMatch(/^[A-Z].*\.$/);
      expect(part).not.toMatch(/\d{3,}|[a-z]_[a-z]/);
    }
  }
});

test("a template's reason hides in the subcode", () => {
  const fault = readFault({ code: 100, error_subcode: 2388024, error_user_msg: "There is already English content" });
  expect(fault).toMatchObject({ kind: "rejected", code: "100/2388024", sentence: "template_exists" });
});

test("codes as text, missing codes and rubbish have a reading", () => {
  expect(readFault({ code: "130429" })).toMatchObject({ kind: "retry_later", code: "130429" });
  expect(readFault({}, 500)).toMatchObject({ kind: "unknown", code: "http_500" });
  expect(readFault(null)).toMatchObject({ kind: "unknown", code: "none" });
  expect(readFault({ code: "constructor" })).toMatchObject({ kind: "unknown" });
});

test("an unknown code that calls itself transient is tried again", () => {
  expect(readFault({ code: 987_654, is_transient: true })).toMatchObject({ kind: "retry_later", afterMs: 10_000 });
});
