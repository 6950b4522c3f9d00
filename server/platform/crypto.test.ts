import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  crc32Base62,
  hmac,
  makeApiKey,
  makeLoginToken,
  parseApiKey,
  randomToken,
  sha256,
  timingSafeEqualText,
} from "./crypto.ts";
import { fakeClock } from "./clock.ts";

describe("digests", () => {
  test("sha256 and hmac equal published vectors", () => {
    expect(sha256("abc").toString("hex")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"; // RFC 4231, case 2
    const data = "what do ya want for nothing?";
    expect(hmac(Buffer.from("Jefe"), data).toString("hex")).toBe(jefe);
    expect(hmac(createSecretKey(Buffer.from("Jefe")), data).toString("hex")).toBe(jefe);
  });

  test.each([
    ["a", "a", true],
    ["a", "b", false],
    ["a", "aa", false],
    ["", "", true],
    ["\u00e9", "e\u0301", false],
  ])("timingSafeEqualText(%j, %j) is %s", (a, b, expected) => {
    expect(timingSafeEqualText(a, b)).toBe(expected);
  });
});

describe("tokens", () => {
  test("a token has a fixed length and only base62 letters", () => {
    for (let i = 0; i < 200; i++) expect(randomToken(32)).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(makeLoginToken().token).not.toBe(makeLoginToken().token);
  });

  test("the stored hash of a login token is the hash of what was handed out", () => {
    const { token, hash } = makeLoginToken();
    expect(sha256(token).equals(hash)).toBe(true);
  });

  test("an API key names its row, carries its checksum and its hash is stored", () => {
    const { key, publicId, hash } = makeApiKey();
    expect(key).toMatch(/^kw_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(parseApiKey(key)).toEqual({ publicId, isValid: true });
    expect(sha256(key).equals(hash)).toBe(true);
  });

  const { key } = makeApiKey();
  const flip = (at: number) => key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1);
  test.each([
    ["one letter of the id changed", flip(9)],
    ["one letter of the secret changed", flip(30)],
    ["one letter of the checksum changed", flip(key.length - 1)],
    ["cut", key.slice(0, -1)],
    ["with something behind", `${key}x`],
    ["with a line break", `${key}\n`],
    ["of another product", key.replace("kw_", "xx_")],
    ["empty", ""],
  ])("an API key %s is rejected without a look-up", (_, text) => {
    expect(parseApiKey(text)).toEqual({ publicId: "", isValid: false });
  });

  test("the checksum is always six characters", () => {
    for (const text of ["", "a", "kw_live_"]) expect(crc32Base62(text)).toHaveLength(6);
  });
});

test("a fake clock stands still until it is moved", () => {
  const clock = fakeClock("2026-01-01T00:00:00Z");
  clock.advance(1_500);
  expect(clock.now().toISOString()).toBe("2026-01-01T00:00:01.500Z");
  clock.set(0);
  expect(clock.ms()).toBe(0);
  expect(() => clock.set("soon")).toThrow(RangeError);
});
