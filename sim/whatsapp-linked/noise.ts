import type { KeyPair } from "baileys";
import { aesDecryptGCM, aesEncryptGCM, Curve, hkdf, NOISE_MODE, NOISE_WA_HEADER, proto } from "baileys";
import { createHash } from "node:crypto";
import type { Random } from "./random.ts";
import { keyPairFrom } from "./random.ts";

/** What makes this server an authority of its own: clients that pin `root` accept `serverKey`. */
export interface NoiseAuthority {
  root: Buffer;
  serverKey: KeyPair;
  chain: Uint8Array;
}

/** Root → intermediate → leaf, as WhatsApp's chain: the client checks both signatures and the intermediate's issuer 0. */
export function createNoiseAuthority(random: Random): NoiseAuthority {
  const [root, intermediate, serverKey] = [random(32), random(32), random(32)].map(keyPairFrom) as [
    KeyPair,
    KeyPair,
    KeyPair,
  ];
  const certify = (details: proto.CertChain.NoiseCertificate.IDetails, signer: KeyPair) => {
    const bytes = proto.CertChain.NoiseCertificate.Details.encode(details).finish();
    return { details: bytes, signature: Curve.sign(signer.private, bytes) };
  };
  const chain = proto.CertChain.encode({
    intermediate: certify({ serial: 1, issuerSerial: 0, key: intermediate.public }, root),
    leaf: certify({ serial: 2, issuerSerial: 1, key: serverKey.public }, intermediate),
  }).finish();
  return { root: Buffer.from(root.public), serverKey, chain };
}

/** The server's half of Noise_XX_25519_AESGCM_SHA256 and the framing around it. */
export interface NoiseChannel {
  /** Whole frames that `bytes` completes. Throws when the stream does not begin as WhatsApp's. */
  frames(bytes: Buffer): Buffer[];
  /** ClientHello → framed ServerHello. */
  hello(frame: Buffer): Buffer;
  /** ClientFinish → who wants in, and its static key. */
  finish(frame: Buffer): { payload: proto.ClientPayload; clientKey: Buffer };
  seal(plaintext: Uint8Array): Buffer;
  open(frame: Buffer): Buffer;
}

const noBytes = Buffer.alloc(0);

export function createNoiseChannel(authority: NoiseAuthority): NoiseChannel {
  let hash = Buffer.from(NOISE_MODE);
  let salt = hash;
  let key = hash;
  let counter = 0;
  const ephemeral = Curve.generateKeyPair();
  const transport = { sealKey: noBytes, openKey: noBytes, sealed: 0, opened: 0 };
  const read = createFrameReader();

  const authenticate = (bytes: Uint8Array) => {
    hash = createHash("sha256").update(hash).update(bytes).digest();
  };
  const expand = (bytes: Uint8Array) => {
    const expanded = Buffer.from(hkdf(bytes, 64, { salt, info: "" }));
    return [expanded.subarray(0, 32), expanded.subarray(32)] as const;
  };
  const mix = (mine: KeyPair, theirs: Uint8Array) => {
    [salt, key] = expand(Curve.sharedKey(mine.private, theirs)) as [Buffer<ArrayBuffer>, Buffer<ArrayBuffer>];
    counter = 0;
  };
  const encrypt = (plaintext: Uint8Array) => {
    const sealed = aesEncryptGCM(plaintext, key, nonce(counter++), hash);
    authenticate(sealed);
    return sealed;
  };
  const decrypt = (sealed: Uint8Array) => {
    const plaintext = aesDecryptGCM(sealed, key, nonce(counter++), hash);
    authenticate(sealed);
    return plaintext;
  };
  authenticate(NOISE_WA_HEADER);

  return {
    frames: read,
    hello(frame) {
      const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral ?? noBytes;
      authenticate(theirs);
      authenticate(ephemeral.public);
      mix(ephemeral, theirs);
      const sealedKey = encrypt(authority.serverKey.public);
      mix(authority.serverKey, theirs);
      const serverHello = { ephemeral: ephemeral.public, static: sealedKey, payload: encrypt(authority.chain) };
      return frameOf(proto.HandshakeMessage.encode({ serverHello }).finish());
    },
    finish(frame) {
      const { clientFinish } = proto.HandshakeMessage.decode(frame);
      const clientKey = decrypt(clientFinish?.static ?? noBytes);
      mix(ephemeral, clientKey);
      const payload = proto.ClientPayload.decode(decrypt(clientFinish?.payload ?? noBytes));
      [transport.openKey, transport.sealKey] = expand(noBytes);
      return { payload, clientKey };
    },
    seal: (plaintext) => frameOf(aesEncryptGCM(plaintext, transport.sealKey, nonce(transport.sealed++), noBytes)),
    open: (frame) => aesDecryptGCM(frame, transport.openKey, nonce(transport.opened++), noBytes),
  };
}

function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function frameOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(3);
  length.writeUIntBE(bytes.length, 0, 3);
  return Buffer.concat([length, bytes]);
}

/** A client begins with `WA` 6 3, before it `ED` 0 1 and its routing information when it was given some. */
function createFrameReader(): NoiseChannel["frames"] {
  let buffer = noBytes;
  let hasBegun = false;
  return (bytes) => {
    buffer = buffer.length === 0 ? (bytes as Buffer<ArrayBuffer>) : Buffer.concat([buffer, bytes]);
    if (!hasBegun) {
      const routing = buffer.subarray(0, 2).toString() === "ED" ? 7 + buffer.readUIntBE(4, 3) : 0;
      if (buffer.length < routing + NOISE_WA_HEADER.length) return [];
      const header = buffer.subarray(routing, routing + NOISE_WA_HEADER.length);
      if (!header.equals(NOISE_WA_HEADER)) throw new Error("this is not a WhatsApp client");
      buffer = buffer.subarray(routing + header.length);
      hasBegun = true;
    }
    const frames: Buffer[] = [];
    while (buffer.length >= 3) {
      const end = 3 + buffer.readUIntBE(0, 3);
      if (buffer.length < end) break;
      frames.push(buffer.subarray(3, end));
      buffer = buffer.subarray(end);
    }
    return frames;
  };
}
