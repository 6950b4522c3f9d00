import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node, numberOf, parseJid } from "./node.ts";
import { keyBundle } from "./signal.ts";
import type { Device } from "./state.ts";
import { announce } from "./state.ts";
import { findUser } from "./users.ts";

/** `encrypt`: the keys that a device leaves with the server, and those of others that it fetches to open sessions. */
export async function answerKeys({ state, device, iq, ask }: Request): Promise<BinaryNode[]> {
  if (ask.tag === "count") return [node("count", { value: String(device.preKeys.length) })];
  if (ask.tag === "digest") return [node("digest", {}, [])];
  if (ask.tag === "rotate") {
    device.signedPreKey = signedKeyOf(child(ask, "skey"));
    return [];
  }
  if (iq.attrs["type"] === "set") {
    storeKeys(device, iq);
    announce(state, { kind: "stanza" });
    return [];
  }
  if (ask.tag !== "key") return [node("error", { code: "400", text: "bad-request" })];
  const users: BinaryNode[] = [];
  for (const { attrs } of children(ask, "user")) {
    const jid = attrs["jid"] ?? "";
    const owner = findUser(state, jid);
    const { device: number } = parseJid(jid);
    const other = owner?.devices.get(number);
    if (owner && number === 0) users.push(node("user", { jid }, await keyBundle(owner.party)));
    else if (other) users.push(node("user", { jid }, deviceBundle(other)));
    else users.push(node("user", { jid }, [node("error", { code: "404", text: "item-not-found" })]));
  }
  return [node("list", {}, users)];
}

function storeKeys(device: Device, iq: BinaryNode): void {
  device.registrationId = numberOf(child(iq, "registration"));
  device.identity = bytesOf(child(iq, "identity"));
  device.signedPreKey = signedKeyOf(child(iq, "skey"));
  for (const key of children(child(iq, "list"))) {
    const keyId = numberOf(child(key, "id"));
    if (device.preKeys.some((one) => one.keyId === keyId)) continue;
    device.preKeys.push({ keyId, publicKey: bytesOf(child(key, "value")) });
  }
  device.wasToldKeysAreLow = false;
}

function signedKeyOf(skey: BinaryNode | undefined): Device["signedPreKey"] {
  return {
    keyId: numberOf(child(skey, "id")),
    publicKey: bytesOf(child(skey, "value")),
    signature: bytesOf(child(skey, "signature")),
  };
}

function deviceBundle(device: Device): BinaryNode[] {
  const { registrationId, signedPreKey, identity } = device;
  const preKey = device.preKeys.shift();
  const registration = Buffer.alloc(4);
  registration.writeUInt32BE(registrationId);
  return [
    node("registration", {}, registration),
    node("type", {}, Buffer.from([5])),
    node("identity", {}, identity),
    node("skey", {}, [
      node("id", {}, threeBytes(signedPreKey.keyId)),
      node("value", {}, signedPreKey.publicKey),
      node("signature", {}, signedPreKey.signature),
    ]),
    ...(preKey
      ? [node("key", {}, [node("id", {}, threeBytes(preKey.keyId)), node("value", {}, preKey.publicKey)])]
      : []),
    node("device-identity", {}, device.account),
  ];
}

function threeBytes(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}
