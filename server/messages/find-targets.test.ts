import { expect, test } from "vitest";
import { ProblemError } from "../platform/problem.ts";
import type { AddressKind } from "../providers/address.ts";
import { readAddress } from "./find-targets.ts";

function read(text: string, ...kinds: AddressKind[]): string | undefined {
  const address = readAddress(text, { can: { addressKinds: { value: kinds, source: "", readAt: "" } } });
  return address instanceof ProblemError ? address.detail : `${address.kind} ${address.value}`;
}

test("a number with + is a phone number or nothing, never an id of a provider that has no phone numbers", () => {
  expect(read("+254 (720) 000-009", "phone", "wa_user_id")).toBe("phone +254720000009");
  expect(read("0720000009", "phone", "wa_user_id")).toBe("A phone number must start with + and the country code.");
  expect(read("KE.7349", "phone", "wa_user_id")).toBe("wa_user_id KE.7349");
  expect(read("7700", "psid")).toBe("psid 7700");
  for (const text of ["+254720000009", "+254 (720) 000-009", "(+254) 720000009", "+1"])
    expect([text, read(text, "psid")]).toEqual([text, "This channel does not reach people by their phone number."]);
});
