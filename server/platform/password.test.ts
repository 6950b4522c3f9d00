import { argon2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { assertPasswordRules, hashPassword, needsRehash, PasswordBusy, verifyPassword } from "./password.ts";

const good = "kolam renang biru 7";

function phc(password: string, memory: number, passes: number): string {
  const nonce = Buffer.alloc(16, 7);
  const tag = argon2Sync("argon2id", { message: password, nonce, memory, passes, parallelism: 1, tagLength: 32 });
  const text = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${text(nonce)}$${text(tag)}`;
}

describe("hashes", () => {
  test("a password opens its own hash only, and two hashes of it differ [API-21]", async () => {
    const [one, two] = await Promise.all([hashPassword(good), hashPassword(good)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword(good, one)).toBe(true);
    expect(await verifyPassword(`${good} `, one)).toBe(false);
    expect(await verifyPassword("", one)).toBe(false);
    expect(needsRehash(one)).toBe(false);
  });

  test("the same letters composed in another way are the same password", async () => {
    expect(await verifyPassword("cafe\u0301 au lait 9x", await hashPassword("caf\u00e9 au lait 9x"))).toBe(true);
  });

  test("an older, cheaper hash still opens and asks to be made anew", async () => {
    const old = phc(good, 64, 3);
    expect(await verifyPassword(good, old)).toBe(true);
    expect(await verifyPassword("something else 1", old)).toBe(false);
    expect(needsRehash(old)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["another algorithm", "$2b$10$abcdefghijklmnopqrstuv"],
    ["argon2i", phc(good, 64, 3).replace("argon2id", "argon2i")],
    ["a version that is not 19", phc(good, 64, 3).replace("v=19", "v=16")],
    ["no passes", phc(good, 64, 3).replace("t=3", "t=0")],
    ["a cut hash", phc(good, 64, 3).slice(0, -30)],
    ["a line break behind", `${phc(good, 64, 3)}\n`],
  ])("a stored hash of %s matches nothing and throws nothing", async (_, stored) => {
    expect(await verifyPassword(good, stored)).toBe(false);
    expect(needsRehash(stored)).toBe(true);
  });

  test("an unknown person and an endless password are answered no", async () => {
    expect(await verifyPassword(good, null)).toBe(false);
    expect(await verifyPassword("x".repeat(100_000), phc("x", 64, 3))).toBe(false);
  });

  test("a flood is turned away instead of queued without end, and those in the queue are served", async () => {
    const cheap = phc(good, 64, 1);
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword(good, cheap)));
    const refused = results.filter((each) => each.status === "rejected");
    expect(refused).toHaveLength(60 - 4 - 32);
    for (const each of refused) expect(each.reason).toBeInstanceOf(PasswordBusy);
    expect(results.filter((each) => each.status === "fulfilled" && each.value)).toHaveLength(36);
    expect(await verifyPassword(good, cheap)).toBe(true);
  });
});

describe("rules", () => {
  test.each([
    good,
    "correct horse battery 4 staples",
    "ชื่อของฉันคือสมชาย",
    "🐈🐕🐎🐄🐖🐑🐐🐓🦆🦉🐸🐢",
    "monkey 82739 81273 91 44",
    "x".repeat(64) + "y".repeat(64),
  ])("%j is accepted", (password) => {
    expect(() => assertPasswordRules(password, ["aisha@example.com"])).not.toThrow();
  });

  test.each([
    ["", "too_short"],
    ["eleven char", "too_short"],
    ["🐈".repeat(11), "too_short"],
    ["ab cd".repeat(30), "too_long"],
    ["password1234", "too_common"],
    ["Password2026!", "too_common"],
    ["P@ssw0rd2026!", "too_common"],
    ["passwordpassword", "too_common"],
    ["qwertyuiop12", "too_common"],
    ["Welcome12345!", "too_common"],
    ["admin-admin-admin", "too_common"],
    ["ILoveYou!2026", "too_common"],
    ["aaaaaaaaaaaa", "too_common"],
    ["abcabcabcabc", "too_common"],
    ["123456789012", "too_common"],
    ["098765432109", "too_common"],
    ["abcdefghijkl", "too_common"],
    ["zyxwvutsrqpo", "too_common"],
    ["1qaz2wsx3edc", "too_common"],
    ["correcthorsebatterystaple", "too_common"],
    ["Aisha@Example.com", "too_common"],
    ["kedai.bunga.aisha", "too_common"],
  ])("%j is refused: %s", (password, rule) => {
    const personal = ["aisha@example.com", "Kedai Bunga Aisha"];
    expect(() => assertPasswordRules(password, personal)).toThrow(expect.objectContaining({ rule }));
  });

  test("the refusal does not repeat the password", () => {
    expect(() => assertPasswordRules("password1234")).not.toThrow("password1234");
  });
});
