import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeClock } from "./clock.ts";
import { KeyDestroyed, type DataKey, type Keyring } from "./keyring.ts";
import { openKeyring } from "./open-keyring.ts";
import {
  blindIndex,
  open,
  openText,
  reveal,
  seal,
  SealBroken,
  secret,
  tryOpen,
  tryOpenText,
  type Aad,
} from "./seal.ts";

const aad: Aad = { table: "message", column: "body", row: "msg_1", workspace: "wsp_1" };
const subject = "contact:ctc_1";
let dir: string;
let ring: Keyring;
let key: DataKey;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "seal-"));
  ring = openKeyring({ dir, rootKey: createSecretKey(randomBytes(32)), clock: fakeClock() });
  const made = ring.ensure([{ subject, parent: "workspace:wsp_1" }]).get(subject);
  if (!made) throw new Error("no key");
  key = made;
});
afterAll(() => {
  ring.close();
  rmSync(dir, { recursive: true });
});

describe("sealing", () => {
  test.each(["", "hush", "مرحبا 👋🏽", "x".repeat(70_000)])("a text comes back whole", (text) => {
    const sealed = seal(key, aad, text);
    expect(sealed.length).toBe(Buffer.byteLength(text) + 37);
    expect(openText(ring, aad, sealed)).toBe(text);
    expect(tryOpenText(ring, aad, sealed)).toBe(text);
  });

  test("bytes come back as they were", () => {
    const bytes = randomBytes(1000);
    expect(open(ring, aad, seal(key, aad, bytes)).equals(bytes)).toBe(true);
  });

  test("the clear text is not in the envelope, and sealing twice gives different bytes", () => {
    const sealed = seal(key, aad, "hush hush hush");
    expect(sealed.includes("hush")).toBe(false);
    const nonces = Array.from({ length: 2_000 }, () => seal(key, aad, "x").subarray(9, 21).toString("hex"));
    expect(new Set(nonces).size).toBe(2_000);
  });

  test.each(["table", "column", "row", "workspace"] as const)("moved to another %s it does not open", (part) => {
    const sealed = seal(key, aad, "hush");
    expect(() => open(ring, { ...aad, [part]: "other" }, sealed)).toThrow(SealBroken);
  });

  test("shifting text between the parts of a place does not make them equal", () => {
    const sealed = seal(key, { ...aad, column: "body", row: "1" }, "hush");
    expect(() => open(ring, { ...aad, column: "bod", row: "y1" }, sealed)).toThrow(SealBroken);
  });

  test("any changed byte of version, nonce, text or tag is noticed", () => {
    const sealed = seal(key, aad, "hush");
    for (let at = 0; at < sealed.length; at++) {
      if (at >= 1 && at < 9) continue;
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(ring, aad, changed)).toThrow(SealBroken);
    }
  });

  test("a changed key id is an unknown key or another's, never erased content", () => {
    const changed = Buffer.from(seal(key, aad, "hush"));
    changed[5] = (changed[5] ?? 0) ^ 1;
    expect(() => tryOpen(ring, aad, changed)).toThrow(expect.objectContaining({ reason: "unknown_key" }));
    const other = ring.ensure([{ subject: "contact:ctc_2", parent: "workspace:wsp_1" }]).get("contact:ctc_2");
    changed.write(other?.kidBytes ?? "", 1, "latin1");
    expect(() => tryOpen(ring, aad, changed)).toThrow(SealBroken);
  });

  test.each([0, 1, 20, 36])("%d bytes are no envelope", (length) => {
    expect(() => open(ring, aad, Buffer.alloc(length, 1))).toThrow(SealBroken);
  });

  test("a cut envelope does not open", () => {
    const sealed = seal(key, aad, "hush hush");
    expect(() => open(ring, aad, sealed.subarray(0, -1))).toThrow(SealBroken);
  });

  test("content of a destroyed key is null for tryOpen and KeyDestroyed for open", () => {
    const doomed = { subject: "contact:ctc_doomed", parent: "workspace:wsp_1" };
    const made = ring.ensure([doomed]).get(doomed.subject) ?? key;
    const sealed = seal(made, aad, "hush");
    ring.destroy(doomed.subject);
    expect(tryOpen(ring, aad, sealed)).toBeNull();
    expect(tryOpenText(ring, aad, sealed)).toBeNull();
    expect(() => openText(ring, aad, sealed)).toThrow(KeyDestroyed);
  });
});

describe("blind index", () => {
  test("is 16 bytes, the same for the same address, and different by kind, value and workspace [GEN-07]", () => {
    const one = ring.indexKey("wsp_1", "address");
    const two = ring.indexKey("wsp_2", "address");
    const tokens = [
      blindIndex(one, "phone", "60123456789"),
      blindIndex(one, "user_id", "60123456789"),
      blindIndex(one, "phone", "60123456780"),
      blindIndex(two, "phone", "60123456789"),
    ].map((token) => token.toString("hex"));
    expect(new Set(tokens).size).toBe(4);
    expect(tokens[0]).toHaveLength(32);
    expect(blindIndex(one, "phone", "60123456789").toString("hex")).toBe(tokens[0]);
  });
});

describe("secrets", () => {
  test("cannot be printed by any usual way, only revealed", () => {
    const token = secret("EAAG-token");
    const printed = [JSON.stringify({ token }), inspect(token, { showHidden: true, depth: 9 }), JSON.stringify(token)];
    for (const text of printed) expect(text).not.toContain("EAAG");
    expect(() => `${String(token)}`).toThrow(TypeError);
    expect(reveal(token)).toBe("EAAG-token");
  });
});
