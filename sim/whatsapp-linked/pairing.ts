import { aesDecryptCTR, aesDecryptGCM, aesEncryptCTR, Curve, derivePairingCodeKey, hkdf, proto } from "baileys";
import { endStream } from "./deliver.ts";
import { isVouchedFor, vouchFor } from "./device-identity.ts";
import { finishLink } from "./link.ts";
import type { BinaryNode } from "./node.ts";
import { FROM_SERVER, bytesOf, child, node } from "./node.ts";
import type { Connection, Device, SimState, User } from "./state.ts";
import { announce, newStanzaId, nowMs, unixSeconds } from "./state.ts";
import { lidJid, pnJid } from "./users.ts";

/** WhatsApp allows so many companions beside the phone. */
const maxDevices = 4;

/** A client without an account wants to be linked: it gets the references of its QR codes. */
export function offerPairing(state: SimState, connection: Connection): void {
  const refs = Array.from({ length: 6 }, () => `2@${state.random(24).toString("base64")}`);
  connection.pairing = { refs };
  const content = refs.map((ref) => node("ref", {}, Buffer.from(ref)));
  const attrs = { from: FROM_SERVER, type: "set", id: newStanzaId(state), xmlns: "md" };
  connection.send(node("iq", attrs, [node("pair-device", {}, content)]));
  announce(state, { kind: "users" });
}

/** The phone scans a QR code: a link or its bare part `ref,noise key,identity,secret,…`. Resolves when the device has signed. */
export async function scan(state: SimState, owner: User, qr: string): Promise<Device> {
  const [ref = "", , identity = "", secret = ""] = (qr.split("#").at(-1) ?? "").split(",");
  const connection = [...state.connections].find((one) => one.pairing?.refs.includes(ref));
  if (!connection) throw new Error("this QR code has expired or is not of this server");
  return pair(state, connection, owner, Buffer.from(identity, "base64"), Buffer.from(secret, "base64"));
}

async function pair(
  state: SimState,
  connection: Connection,
  owner: User,
  identity: Buffer,
  secret: Uint8Array,
): Promise<Device> {
  if (owner.devices.size >= maxDevices) throw new Error(`${owner.phone} has ${maxDevices} linked devices already`);
  const data = connection.login?.devicePairingData;
  if (!connection.pairing || !data) throw new Error("this client is not waiting to be linked");
  if (!identity.equals(Buffer.from(data.eIdent ?? []))) throw new Error("the identity is not the one of the client");
  const number = ++owner.lastDevice;
  const props = proto.DeviceProps.decode(data.deviceProps ?? new Uint8Array());
  const device: Device = {
    owner,
    number,
    clientKey: connection.clientKey,
    identity,
    registrationId: Buffer.from(data.eRegid ?? []).readUIntBE(0, 4),
    signedPreKey: {
      keyId: Buffer.from(data.eSkeyId ?? []).readUIntBE(0, 3),
      publicKey: Buffer.from(data.eSkeyVal ?? []),
      signature: Buffer.from(data.eSkeySig ?? []),
    },
    preKeys: [],
    wasToldKeysAreLow: false,
    pending: [],
    sent: new Map(),
    connection: undefined,
    hasHistory: false,
    held: undefined,
    account: Buffer.alloc(0),
    platform: props.os ?? "",
    linkedAt: nowMs(state),
  };
  connection.pairing.device = device;
  const attrs = { from: FROM_SERVER, type: "set", id: newStanzaId(state), t: unixSeconds(state) };
  const identityBytes = vouchFor(owner, identity, number, Number(unixSeconds(state)), secret);
  connection.send(
    node("iq", attrs, [
      node("pair-success", {}, [
        node("device-identity", {}, identityBytes),
        node("device", { jid: pnJid(owner, number), lid: lidJid(owner, number) }),
        node("platform", { name: "android" }),
      ]),
    ]),
  );
  return new Promise((resolve, reject) => {
    if (connection.pairing) connection.pairing.settle = { resolve, reject };
  });
}

/** The device has countersigned: it is linked, and has to connect again as what it now is. */
export function onPairSigned(state: SimState, connection: Connection, iq: BinaryNode): void {
  const { device, settle } = connection.pairing ?? {};
  const account = bytesOf(child(child(iq, "pair-device-sign"), "device-identity"));
  if (!device) return;
  const signed = proto.ADVSignedDeviceIdentity.decode(account);
  const whole = { ...signed, accountSignatureKey: device.owner.party.creds.signedIdentityKey.public };
  device.account = Buffer.from(proto.ADVSignedDeviceIdentity.encode(whole).finish());
  if (!isVouchedFor(device.owner, device, device.account)) {
    settle?.reject(new Error("the device did not sign its identity"));
    return connection.close();
  }
  connection.pairing = undefined;
  finishLink(state, device);
  endStream(connection, { code: "515" });
  settle?.resolve(device);
}

/** The client shows a code of eight characters and tells which number it wants; the phone is asked for the code. */
export function onCompanionHello(state: SimState, connection: Connection, request: BinaryNode): BinaryNode[] {
  const phone = (request.attrs["jid"] ?? "").split("@")[0] ?? "";
  const wrapped = bytesOf(child(request, "link_code_pairing_wrapped_companion_ephemeral_pub"));
  if (connection.pairing) connection.pairing.code = { phone, wrapped };
  announce(state, { kind: "users" });
  return [node("link_code_companion_reg", {}, [node("link_code_pairing_ref", {}, Buffer.from("ref"))])];
}

/** The person types the code. Rejects when it is not the one that the client shows. */
export async function enterCode(state: SimState, owner: User, code: string): Promise<Device> {
  const connection = [...state.connections].find((one) => one.pairing?.code?.phone === owner.phone);
  const pairing = connection?.pairing;
  if (!connection || !pairing?.code) throw new Error(`no device asked for a code of ${owner.phone}`);
  const typed = code.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();
  const { wrapped } = pairing.code;
  const unwrapKey = await derivePairingCodeKey(typed, wrapped.subarray(0, 32));
  const theirs = aesDecryptCTR(wrapped.subarray(48), unwrapKey, wrapped.subarray(32, 48));
  const mine = Curve.generateKeyPair();
  const [salt, iv] = [state.random(32), state.random(16)];
  const wrapKey = await derivePairingCodeKey(typed, salt);
  pairing.keys = { phone: owner, secret: Curve.sharedKey(mine.private, theirs) };
  const content = [
    node(
      "link_code_pairing_wrapped_primary_ephemeral_pub",
      {},
      Buffer.concat([salt, iv, aesEncryptCTR(mine.public, wrapKey, iv)]),
    ),
    node("primary_identity_pub", {}, owner.party.creds.signedIdentityKey.public),
    node("link_code_pairing_ref", {}, Buffer.from("ref")),
  ];
  const attrs = { from: FROM_SERVER, type: "link_code_companion_reg", id: newStanzaId(state), t: unixSeconds(state) };
  connection.send(node("notification", attrs, [node("link_code_companion_reg", { stage: "primary_hello" }, content)]));
  return new Promise((resolve, reject) => (pairing.settle = { resolve, reject }));
}

/** The client proves that both sides used the same code, and with it the secret for `pair-success` is known. */
export function onCompanionFinish(
  state: SimState,
  connection: Connection,
  request: BinaryNode,
): { refusal?: BinaryNode; proceed?: () => void } {
  const { keys, settle } = connection.pairing ?? {};
  const refusal = node("error", { code: "400", text: "bad-request" });
  if (!keys || !settle) return { refusal };
  const bundle = bytesOf(child(request, "link_code_pairing_wrapped_key_bundle"));
  const info = "link_code_pairing_key_bundle_encryption_key";
  const key = hkdf(keys.secret, 32, { salt: bundle.subarray(0, 32), info });
  let plaintext: Buffer;
  try {
    plaintext = aesDecryptGCM(bundle.subarray(44), key, bundle.subarray(32, 44), Buffer.alloc(0));
  } catch {
    settle.reject(new Error("the code is not the one that the device shows"));
    return { refusal };
  }
  const [identity, random] = [plaintext.subarray(0, 32), plaintext.subarray(64)];
  const shared = Curve.sharedKey(keys.phone.party.creds.signedIdentityKey.private, identity);
  const secret = hkdf(Buffer.concat([keys.secret, shared, random]), 32, { info: "adv_secret" });
  const proceed = () => void pair(state, connection, keys.phone, identity, secret).then(settle.resolve, settle.reject);
  return { proceed };
}
