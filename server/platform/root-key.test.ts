import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadRootKey } from "./root-key.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "rootkey-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a missing root key is made once, with mode 0600, and read again [API-22]", () => {
  const keyFile = join(dir, "deep", "root.key");
  const made = loadRootKey({ keyFile, createIfMissing: true });
  expect(made.symmetricKeySize).toBe(32);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(loadRootKey({ keyFile, createIfMissing: true }).equals(made)).toBe(true);
  expect(readdirSync(join(dir, "deep"))).toEqual(["root.key"]);
});

test.each([
  ["base64", (key: Buffer) => key.toString("base64")],
  ["base64url", (key: Buffer) => key.toString("base64url")],
  ["hex with a line break", (key: Buffer) => `${key.toString("hex")}\n`],
])("a root key from the environment may be %s and wins over the file", (_, write) => {
  const key = randomBytes(32);
  expect(loadRootKey({ keyText: write(key), keyFile: join(dir, "none") }).export()).toEqual(key);
});

test("without permission to make one, a missing root key is an error", () => {
  expect(() => loadRootKey({ keyFile: join(dir, "none") })).toThrow(expect.objectContaining({ reason: "missing" }));
  expect(() => loadRootKey({})).toThrow(expect.objectContaining({ reason: "missing" }));
  expect(readdirSync(dir)).toEqual([]);
});

test.each([
  "changeme",
  "a".repeat(31),
  "!".repeat(44),
  randomBytes(16).toString("hex"),
  randomBytes(33).toString("base64"),
])("a root key that is not 32 bytes is refused without repeating it", (keyText) => {
  expect(() => loadRootKey({ keyText })).toThrow(expect.objectContaining({ reason: "invalid" }));
  expect(() => loadRootKey({ keyText })).not.toThrow(keyText);
});

test("an empty key file is refused, never filled", () => {
  const keyFile = join(dir, "root.key");
  writeFileSync(keyFile, "", { mode: 0o600 });
  expect(() => loadRootKey({ keyFile, createIfMissing: true })).toThrow(expect.objectContaining({ reason: "invalid" }));
});

test("a key file that others may write is refused", () => {
  const keyFile = join(dir, "root.key");
  loadRootKey({ keyFile, createIfMissing: true });
  chmodSync(keyFile, 0o666);
  expect(() => loadRootKey({ keyFile })).toThrow(expect.objectContaining({ reason: "insecure" }));
});
