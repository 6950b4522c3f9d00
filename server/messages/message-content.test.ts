import { createSecretKey, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { fakeClock } from "../platform/clock.ts";
import { openKeyring } from "../platform/open-keyring.ts";
import { SealBroken } from "../platform/seal.ts";
import { openContent, sealContent } from "./message-content.ts";

const dir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-content-"));
const keyring = openKeyring({ dir, rootKey: createSecretKey(randomBytes(32)), clock: fakeClock() });
afterAll(() => {
  keyring.close();
  fs.rmSync(dir, { recursive: true });
});

const workspaceId = "wsp_1";
const stored = { content: { kind: "text" as const, text: "see you at nine" }, providerMessageId: "wamid.1" };

function sealFor(contact: string, messageId: string): Buffer {
  const subject = `contact:${contact}`;
  const key = keyring.ensure([{ subject, parent: `workspace:${workspaceId}` }]).get(subject);
  if (!key) throw new Error("no key");
  return sealContent(key, workspaceId, messageId, stored);
}
const opened = (row: { workspaceId: string; id: string; content: Buffer | null }) => openContent(keyring, "inbox", row);

test("what was just sealed is opened, each time as a value of its own", () => {
  const row = { workspaceId, id: "msg_1", content: sealFor("con_1", "msg_1") };
  expect(opened(row)).toEqual(stored);
  expect(opened(row)).not.toBe(opened(row));
});

test("what was just sealed opens nowhere else, and no other bytes open in its place", () => {
  const content = sealFor("con_1", "msg_2");
  expect(() => opened({ workspaceId, id: "msg_3", content })).toThrow(SealBroken);
  expect(() => opened({ workspaceId: "wsp_2", id: "msg_2", content })).toThrow(SealBroken);
  const damaged = Buffer.from(content);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  expect(() => opened({ workspaceId, id: "msg_2", content: damaged })).toThrow(SealBroken);
});

test("what was just sealed is gone with its key, and when its row was cleared", () => {
  const row = { workspaceId, id: "msg_4", content: sealFor("con_4", "msg_4") };
  expect(opened({ ...row, content: null })).toBeUndefined();
  keyring.destroy("contact:con_4");
  expect(opened(row)).toBeUndefined();
});
