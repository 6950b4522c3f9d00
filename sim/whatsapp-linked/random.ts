import { createHash, createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import type { KeyPair } from "baileys";

/** Bytes for ids, references and key of the root: from the seed when there is one, so that a run can be repeated. */
export type Random = (length: number) => Buffer;

export function seededRandom(seed: string | undefined): Random {
  if (seed === undefined) return randomBytes;
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) blocks.push(digest(`${seed}/${counter++}`));
    return Buffer.concat(blocks).subarray(0, length);
  };
}

/** A Curve25519 pair from 32 given bytes; the library can only make random ones. */
export function keyPairFrom(bytes: Buffer): KeyPair {
  const secret = Buffer.from(bytes);
  secret[0] = (secret[0] ?? 0) & 248;
  secret[31] = ((secret[31] ?? 0) & 127) | 64;
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { private: secret, public: spki.subarray(-32) };
}

/** 15 digits that belong to this number for good: a number's LID is the same in every run. */
export function lidFor(phone: string): string {
  const value = BigInt(`0x${digest(`lid/${phone}`).toString("hex").slice(0, 15)}`);
  return `1${(value % 10n ** 14n).toString().padStart(14, "0")}`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
