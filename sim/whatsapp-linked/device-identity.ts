import { Curve, proto } from "baileys";
import { createHmac } from "node:crypto";
import type { Device, User } from "./state.ts";

// Prefixes of what is signed: 6 0 by the account, 6 1 by the device.
const byAccount = Buffer.from([6, 0]);
const byDevice = Buffer.from([6, 1]);

/** The phone vouches for a companion: details and identity signed with the account's key, all of it under the secret of the QR. */
export function vouchFor(
  owner: User,
  identity: Buffer,
  keyIndex: number,
  seconds: number,
  advSecret: Uint8Array,
): Uint8Array {
  const account = owner.party.creds.signedIdentityKey;
  const details = proto.ADVDeviceIdentity.encode({
    rawId: keyIndex,
    timestamp: seconds,
    keyIndex,
    accountType: 0,
    deviceType: 0,
  }).finish();
  const accountSignature = Curve.sign(account.private, Buffer.concat([byAccount, details, identity]));
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.public,
    accountSignature,
  }).finish();
  const hmac = createHmac("sha256", advSecret).update(signed).digest();
  return proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish();
}

/** Others check this before they open a session with a companion: both signatures, and that the account is the owner's. */
export function isVouchedFor(owner: User, device: Pick<Device, "identity">, bytes: Buffer): boolean {
  const { details, accountSignature, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(bytes);
  if (!details || !accountSignature || !deviceSignature) return false;
  const account = owner.party.creds.signedIdentityKey.public;
  const accountText = Buffer.concat([byAccount, details, device.identity]);
  const deviceText = Buffer.concat([byDevice, details, device.identity, account]);
  return (
    Curve.verify(account, accountText, accountSignature) && Curve.verify(device.identity, deviceText, deviceSignature)
  );
}
