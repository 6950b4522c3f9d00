import { createHmac } from "node:crypto";

import { expect, test } from "vitest";

import { hook } from "./hook.ts";

const secrets = { accessToken: "EAA-synthetic", appSecret: "app-secret-of-a-test", verifyToken: "verify me" };
const raw = Buffer.from('{"object":"whatsapp_business_account","note":"\\u00e9 é"}');
const sign = (secret: string, bytes = raw) => `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
const good = sign(secrets.appSecret);

test.each([
  ["the right signature", good, true],
  ["the right signature in capitals", good.replace(/[a-f]/g, (letter) => letter.toUpperCase()), true],
  ["another secret's", sign("another"), false],
  ["one of other bytes", sign(secrets.appSecret, Buffer.concat([raw, Buffer.from(" ")])), false],
  ["a shortened one", good.slice(0, -2), false],
  ["one with a tail", `${good}00`, false],
  ["one without its scheme", good.slice(7), false],
  ["an old scheme", `sha1=${createHmac("sha1", secrets.appSecret).update(raw).digest("hex")}`, false],
  ["an empty one", "", false],
  ["none", undefined, false],
  ["two", [good, good], false],
])("a body is genuine only with its own signature: %s", (_name, header, isGenuine) => {
  expect(hook.verify(raw, { "x-hub-signature-256": header }, secrets.appSecret)).toBe(isGenuine);
});

test("an empty app secret verifies nothing", () => {
  expect(hook.verify(raw, { "x-hub-signature-256": sign("") }, "")).toBe(false);
});

const shake = { "hub.mode": "subscribe", "hub.verify_token": secrets.verifyToken, "hub.challenge": "1158201444" };
test.each([
  ["the right token", shake, "1158201444"],
  ["a wrong token", { ...shake, "hub.verify_token": "guess" }, null],
  ["no token", { ...shake, "hub.verify_token": undefined }, null],
  ["two tokens", { ...shake, "hub.verify_token": [secrets.verifyToken, "x"] }, null],
  ["another mode", { ...shake, "hub.mode": "unsubscribe" }, null],
  ["no challenge", { ...shake, "hub.challenge": undefined }, null],
  ["a challenge that is markup", { ...shake, "hub.challenge": "<script>" }, null],
])("the handshake answers the challenge only to who knows the token: %s", (_name, query, answer) => {
  expect(hook.challenge(query, secrets)).toBe(answer);
});
